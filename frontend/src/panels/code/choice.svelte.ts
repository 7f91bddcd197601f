import type { CodeForm, CodeStyle, CodeWanted } from '../../api'
import { CODE_FORMS, CODE_STYLES } from '../../contract'
import { t } from '../../words/t'

/** How this person reads code; it outlives the tab. */
export const choice = $state<CodeWanted>({ form: 'functional', style: 'keras', options: false })

const STYLE_TITLES: Record<CodeStyle, string> = {
  keras: t('code.kerasTitle'),
  'tf.keras': t('code.tfKerasTitle'),
  'keras-torch': t('code.kerasTorchTitle'),
  'keras-2': t('code.keras2Title'),
  flax: t('code.flaxTitle'),
  torch: t('code.torchTitle'),
}

const STYLE_LABELS: Record<CodeStyle, string> = {
  keras: 'keras',
  'tf.keras': 'tf.keras',
  'keras-torch': t('code.kerasTorch'),
  'keras-2': t('code.keras2'),
  flax: t('code.flax'),
  torch: t('code.torch'),
}

export const STYLES: { value: CodeStyle; label: string; title: string }[] = CODE_STYLES.map(
  (style) => ({ value: style, label: STYLE_LABELS[style], title: STYLE_TITLES[style] }),
)

const FORMS: { value: CodeForm; label: string; title: string }[] = [
  { value: 'functional', label: t('code.functional'), title: t('code.functionalTitle') },
  { value: 'sequential', label: t('code.sequential'), title: t('code.sequentialTitle') },
  { value: 'subclass', label: t('code.subclass'), title: t('code.subclassTitle') },
  { value: 'function', label: t('code.function'), title: t('code.functionTitle') },
  { value: 'script', label: t('code.script'), title: t('code.scriptTitle') },
  { value: 'notebook', label: t('code.notebook'), title: t('code.notebookTitle') },
]

/** The forms of code that a target has, in the order of the menu. */
export function formsOf(style: CodeStyle): typeof FORMS {
  const known: readonly CodeForm[] = CODE_FORMS[style]
  return FORMS.filter((form) => known.includes(form.value))
}

/** Choose a target; the form stays, if the target has it. */
export function chooseStyle(style: CodeStyle): void {
  choice.style = style
  const forms = formsOf(style)
  if (!forms.some((form) => form.value === choice.form))
    choice.form = forms[0]?.value ?? 'functional'
}
