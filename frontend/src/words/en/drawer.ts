/** The drawer and its tabs. */
export const drawer = {
  label: 'Drawer',
  problems: 'Problems',
  training: 'Training',
  code: 'Code',
  data: 'Data',
  history: 'History',
  summary: 'Summary',
  place: 'Place of the drawer',
  below: 'Below the canvas',
  beside: 'Beside the canvas',
  instead: 'In place of the canvas',
} as const
