/** The home page: projects, templates, files, pasted code. */
export const home = {
  headline: 'Draw a neural network, watch it learn, take the code.',
  projects: 'Your projects',
  loadFailed: 'The page could not be loaded.',
  createFailed: 'The project could not be created.',
  openFailed: '“{name}” could not be opened.',
  copyFailed: 'The project could not be copied.',
  drop: 'Drop a model (document, Keras code, notebook, saved model) or data',

  deleteTitle: 'Delete “{name}”?',
  deleteAction: 'Delete project',
  deleteText: 'Its {layers} and its history of {edits} will be deleted. This can’t be undone.',
  deleteTextWithRuns:
    'Its {layers}, its history of {edits} and its {runs} with their trained models will be deleted. This can’t be undone.',
  edits: { one: '{count} edit', other: '{count} edits' },
  runs: { one: '{count} run', other: '{count} runs' },

  search: 'Search projects',
  nothing: 'No project is called “{query}”.',
  untrained: 'not trained',
  copy: 'Copy',
  copyProject: 'Copy {name}',
  delete: 'Delete',
  deleteProject: 'Delete {name}',
  showAll: { one: 'Show {count} project', other: 'Show all {count} projects' },

  example: 'Start with an example',
  exampleText:
    'A small network that learns to tell irises apart in a few seconds, with a tour of the page.',
  start: 'Start from',
  empty: 'Empty project',
  openFile: 'Open file…',
  pasteCode: 'Paste code…',
  file: 'Document file',
  loading: 'Loading templates…',
  noData: 'no data',
  opening: 'Opening…',
  tooLarge: '“{name}” is larger than 20 MB.',
  tooLargeHint: 'Save its structure with model.to_json() and open that, or save it as .keras.',

  pasteTitle: 'Paste code',
  pasteHint:
    'Keras code with a model. It is read, never run. What can’t be kept is listed before it opens.',
  pasteLabel: 'Keras code',
  pasteFailed: 'No model could be read.',
  pasteOpen: 'Open as project',

  pastedCode: 'The code',
  openTitle: 'Open a model',
  models: {
    one: '{name} has {count} model',
    other: '{name} has {count} models. Which one should be opened?',
  },
  unnamedModel: 'Unnamed model',
  modelLine: 'line {line}',
  modelCell: 'line {line} of cell {cell}',
  modelTrained: 'trained in the code',
  modelUnreadable: 'can’t be read',
  questions: {
    one: 'The model needs one value that the code doesn’t hold:',
    other: 'The model needs {count} values that the code doesn’t hold:',
  },
  questionNumber: 'A number, such as 64',
  questionShape: 'The sizes without the batch, such as 28, 28, 1',
  questionText: 'A word, such as relu',
  readAgain: 'Read again',
  partialText: 'These parts can’t be kept. Everything else will be in the project:',
  leftOutTraining: 'Of the training',
  leftOutWeights: 'Weights',
  leftOutOther: 'Other',
  unreadable: 'This model can’t be read.',
  partialOpen: 'Open project',

  steps: 'How it works',
  stepLayout: 'Lay it out',
  stepLayoutText:
    'Drag layers onto the canvas and wire them. Every wire shows its shape. Problems are shown where they are, with a way to fix them.',
  stepTrain: 'Train it',
  stepTrainText:
    'Choose data and press Train. Curves grow while the model learns. You can go on editing: a run keeps its own copy.',
  stepTake: 'Take it with you',
  stepTakeText:
    'The Code tab always holds the Keras program of your model. Copy it, or download the trained model.',
} as const
