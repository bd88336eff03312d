/** Every operation this addon adds to TensorFlow. */
#pragma once

namespace signal_lab {

void register_lstm();
void register_gru();
void register_dropout();
void register_adam();

}  // namespace signal_lab
