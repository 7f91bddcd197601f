"""Encoder and decoder: recurrent network from question and answer to words."""

import keras
from keras import layers

question = keras.Input(shape=(None, 32), name="question")
answer = keras.Input(shape=(None, 32), name="answer")
_, encoder_state_h, encoder_state_c = layers.LSTM(
    64, return_state=True, name="encoder"
)(question)
x = layers.LSTM(64, return_sequences=True, name="decoder")(
    answer, initial_state=[encoder_state_h, encoder_state_c]
)
words = layers.Dense(100, activation="softmax", name="words")(x)

model = keras.Model(
    inputs=[question, answer], outputs=words, name="encoder_and_decoder"
)
