import type { CodeForm, CodeStyle } from '../../api'

export interface Choice {
  form: CodeForm
  style: CodeStyle
}

/** How this person reads code; it outlives the tab. */
export const choice = $state<Choice>({ form: 'functional', style: 'keras' })

export const STYLES: { value: CodeStyle; label: string; title: string }[] = [
  { value: 'keras', label: 'keras', title: 'import keras, on any backend' },
  { value: 'tf.keras', label: 'tf.keras', title: 'from tensorflow import keras' },
]

export const FORMS: { value: CodeForm; label: string; title: string }[] = [
  { value: 'functional', label: 'Functional', title: 'The model with the functional API' },
  { value: 'sequential', label: 'Sequential', title: 'The model as a plain stack of layers' },
  { value: 'function', label: 'Function', title: 'A function that builds the model' },
  { value: 'script', label: 'Script', title: 'Data, model, training and evaluation in one file' },
  { value: 'notebook', label: 'Notebook', title: 'The script as a Jupyter notebook' },
]
