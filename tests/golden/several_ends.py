"""Tickets: recurrent network from title, body and tags to priority and department."""

import keras
from keras import layers

title = keras.Input(shape=(20,), dtype="int32", name="title")
body = keras.Input(shape=(100,), dtype="int32", name="body")
tags = keras.Input(shape=(12,), name="tags")
title_lstm = layers.Embedding(1000, 16, name="title_embedding")(title)
title_lstm = layers.LSTM(32, name="title_lstm")(title_lstm)
body_lstm = layers.Embedding(1000, 16, name="body_embedding")(body)
body_lstm = layers.LSTM(32, name="body_lstm")(body_lstm)
x = layers.Concatenate()([title_lstm, body_lstm, tags])
department = layers.Dense(4, activation="softmax", name="department")(x)
priority = layers.Dense(1, activation="sigmoid", name="priority")(x)

model = keras.Model(
    inputs=[title, body, tags], outputs=[priority, department], name="tickets"
)
