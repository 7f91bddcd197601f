import type { CodeForm, CodeStyle, CodeWanted } from '../../api'
import { CODE_STYLES } from '../../contract'
import { t } from '../../words/t'

/** How this person reads code; it outlives the tab. */
export const choice = $state<CodeWanted>({ form: 'functional', style: 'keras', options: false })

const STYLE_TITLES: Record<CodeStyle, string> = {
  keras: t('code.kerasTitle'),
  'tf.keras': t('code.tfKerasTitle'),
}

export const STYLES: { value: CodeStyle; label: string; title: string }[] = CODE_STYLES.map(
  (style) => ({ value: style, label: style, title: STYLE_TITLES[style] }),
)

export const FORMS: { value: CodeForm; label: string; title: string }[] = [
  { value: 'functional', label: t('code.functional'), title: t('code.functionalTitle') },
  { value: 'sequential', label: t('code.sequential'), title: t('code.sequentialTitle') },
  { value: 'function', label: t('code.function'), title: t('code.functionTitle') },
  { value: 'script', label: t('code.script'), title: t('code.scriptTitle') },
  { value: 'notebook', label: t('code.notebook'), title: t('code.notebookTitle') },
]
