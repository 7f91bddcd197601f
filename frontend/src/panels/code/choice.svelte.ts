import type { CodeForm, CodeStyle } from '../../api'
import { CODE_STYLES } from '../../contract'

export interface Choice {
  form: CodeForm
  style: CodeStyle
}

/** How this person reads code; it outlives the tab. */
export const choice = $state<Choice>({ form: 'functional', style: 'keras' })

const STYLE_TITLES: Record<CodeStyle, string> = {
  keras: 'import keras, on any backend',
  'tf.keras': 'from tensorflow import keras',
}

export const STYLES: { value: CodeStyle; label: string; title: string }[] = CODE_STYLES.map(
  (style) => ({ value: style, label: style, title: STYLE_TITLES[style] }),
)

export const FORMS: { value: CodeForm; label: string; title: string }[] = [
  { value: 'functional', label: 'Functional', title: 'The model with the functional API' },
  { value: 'sequential', label: 'Sequential', title: 'The model as a plain stack of layers' },
  { value: 'function', label: 'Function', title: 'A function that builds the model' },
  { value: 'script', label: 'Script', title: 'Data, model, training and evaluation in one file' },
  { value: 'notebook', label: 'Notebook', title: 'The script as a Jupyter notebook' },
]
