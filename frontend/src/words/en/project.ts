/** What an open project announces. */
export const project = {
  back: 'The connection is back.',
  overruled: '{name} has just set {field} to {theirs}; your {mine} is gone.',
  undone: 'Undone',
  redone: 'Done again',
  viewOnly: 'This link is for viewing only.',
  viewOnlyHint: 'Make a copy of the project, which you can edit.',
  othersChange: 'Somebody else has changed this since; their change stays.',
} as const
