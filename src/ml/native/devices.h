/** The devices that TensorFlow finds on this machine. */
#pragma once

#include <string>
#include <vector>

namespace signal_lab {

/** "CPU:0", "GPU:0 (78.2 GiB)": empty where TensorFlow cannot tell. Opens a context of its own, so not for every call. */
std::vector<std::string> device_names();

}  // namespace signal_lab
