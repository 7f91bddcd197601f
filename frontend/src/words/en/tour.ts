/** The tour of five steps through the editor. */
export const tour = {
  count: 'Step {number} of {of}',
  next: 'Next',
  back: 'Back',
  leave: 'Leave the tour',
  done: 'Start',
  graph: 'A network is a graph',
  graphText:
    'Each card is a layer, and each wire a tensor with its shape. Drag the cards, or pull a wire from the dot below one card to the dot above another.',
  layers: 'Add layers',
  layersText:
    'Drag a layer onto the canvas, onto a wire, or click it. A double click on the canvas finds one by its name or by what it is for.',
  numbers: 'Change numbers',
  numbersText:
    'Choose a card to see its parameters here. Every shape follows at once. What does not fit turns red, says why, and often offers a fix.',
  train: 'Train the model',
  trainText:
    'The example learns in a few seconds. The curves are drawn below while it trains, and the results stay in the history.',
  code: 'Take the code',
  codeText:
    'This is the same model in Python. Edit it here and the graph follows, or copy it: it needs Keras, not Layerloom.',
} as const
