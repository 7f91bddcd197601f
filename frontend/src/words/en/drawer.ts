/** The drawer and its tabs. */
export const drawer = {
  label: 'Drawer',
  problems: 'Problems',
  training: 'Training',
  code: 'Code',
  data: 'Data',
  history: 'History',
} as const
