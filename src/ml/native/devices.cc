/** TensorFlow's list through the C API's eager context: tfjs-node has one and keeps it to itself. */
#include "devices.h"

#include <cstdio>
#include <cstring>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

namespace signal_lab {
namespace {

/** The last part of "/job:localhost/replica:0/task:0/device:GPU:0", and how much memory a card has. */
std::string short_name(const TF_DeviceList* devices, int index, TF_Status* status) {
  const char* const full = TF_DeviceListName(devices, index, status);
  if (TF_GetCode(status) != TF_OK) return "";
  const char* const mark = std::strstr(full, "device:");
  std::string name = mark ? mark + std::strlen("device:") : full;
  const int64_t bytes = TF_DeviceListMemoryBytes(devices, index, status);
  if (name.rfind("CPU", 0) == 0 || TF_GetCode(status) != TF_OK || bytes <= 0) return name;
  char memory[32];
  std::snprintf(memory, sizeof memory, " (%.1f GiB)", static_cast<double>(bytes) / (1 << 30));
  return name + memory;
}

}  // namespace

std::vector<std::string> device_names() {
  std::vector<std::string> names;
  TF_Status* const status = TF_NewStatus();
  TFE_ContextOptions* const options = TFE_NewContextOptions();
  TFE_Context* const context = TFE_NewContext(options, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_DeviceList* const devices = TFE_ContextListDevices(context, status);
    if (TF_GetCode(status) == TF_OK) {
      for (int i = 0; i < TF_DeviceListCount(devices); ++i) names.push_back(short_name(devices, i, status));
      TF_DeleteDeviceList(devices);
    }
    TFE_DeleteContext(context);
  }
  TFE_DeleteContextOptions(options);
  TF_DeleteStatus(status);
  return names;
}

}  // namespace signal_lab
