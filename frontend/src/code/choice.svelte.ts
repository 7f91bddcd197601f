import type { CodeForm } from '../api'

/** The form of code that this person reads; it outlives the tab. */
export const choice = $state<{ form: CodeForm }>({ form: 'functional' })

export const FORMS: { value: CodeForm; label: string; title: string }[] = [
  { value: 'functional', label: 'Functional', title: 'The model with the functional API' },
  { value: 'sequential', label: 'Sequential', title: 'The model as a plain stack of layers' },
  { value: 'function', label: 'Function', title: 'A function that builds the model' },
  { value: 'script', label: 'Script', title: 'Data, model, training and evaluation in one file' },
  { value: 'notebook', label: 'Notebook', title: 'The script as a Jupyter notebook' },
]
