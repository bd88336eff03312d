/** Every operation this addon adds to TensorFlow. */
#pragma once

namespace signal_lab {

void register_lstm();
void register_gru();
void register_dropout();
void register_adam();
void register_scan();
void register_linear();

}  // namespace signal_lab
