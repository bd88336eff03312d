/**
 * The addon's door: loading it registers our operations with TensorFlow. Load it after tfjs-node, into the same process.
 *
 * Exports `version` (of the operations' signatures), `registered` (their names), `instructionSets` (those this processor could use, the best first),
 * `instructionSet()`, `setInstructionSet(name)`, `threads()`, `setThreads(count)` and `devices()` (TensorFlow's own list).
 */
#include <node_api.h>

#include <exception>
#include <string>
#include <vector>

#include "devices.h"
#include "kernels.h"
#include "operations.h"
#include "threads.h"

namespace signal_lab {
namespace {

constexpr const char* kRegistered[] = {"SignalLabLstm", "SignalLabLstmGrad", "SignalLabGru",
                                         "SignalLabGruGrad", "SignalLabDropout", "SignalLabAdam", "SignalLabScan"};

/** Operations are the process's: a second load (a worker thread's) must not register them again. */
void register_once() {
  static const bool done = [] {
    register_lstm();
    register_gru();
    register_dropout();
    register_adam();
    register_scan();
    register_linear();
    return true;
  }();
  (void)done;
}

napi_value text(napi_env env, const char* value) {
  napi_value result;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

napi_value list(napi_env env, const char* const* names, int count) {
  napi_value result;
  napi_create_array_with_length(env, count, &result);
  for (int i = 0; i < count; ++i) napi_set_element(env, result, i, text(env, names[i]));
  return result;
}

napi_value threads(napi_env env, napi_callback_info) {
  napi_value result;
  napi_create_int32(env, thread_count(), &result);
  return result;
}

napi_value set_threads(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int32_t threads = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_int32(env, argument, &threads) != napi_ok) {
    napi_throw_type_error(env, nullptr, "setThreads takes a number of threads");
    return nullptr;
  }
  set_thread_count(threads);
  return nullptr;
}

napi_value instruction_set(napi_env env, napi_callback_info) { return text(env, kernels().name); }

napi_value set_instruction_set(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  char name[16];
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_string_utf8(env, argument, name, sizeof name, nullptr) != napi_ok ||
      !choose_instruction_set(name)) {
    napi_throw_type_error(env, nullptr, "setInstructionSet takes one of instructionSets");
  }
  return nullptr;
}

napi_value devices(napi_env env, napi_callback_info) {
  const std::vector<std::string> found = device_names();
  std::vector<const char*> names;
  for (const std::string& name : found) names.push_back(name.c_str());
  return list(env, names.data(), static_cast<int>(names.size()));
}

void export_function(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}

napi_value initialize(napi_env env, napi_value exports) {
  try {
    register_once();
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
  napi_value version;
  napi_create_int32(env, kOperationsVersion, &version);
  napi_set_named_property(env, exports, "version", version);
  int count = 0;
  const char* const* sets = supported_instruction_sets(&count);
  napi_set_named_property(env, exports, "registered", list(env, kRegistered, sizeof kRegistered / sizeof *kRegistered));
  napi_set_named_property(env, exports, "instructionSets", list(env, sets, count));
  export_function(env, exports, "instructionSet", instruction_set);
  export_function(env, exports, "setInstructionSet", set_instruction_set);
  export_function(env, exports, "devices", devices);
  export_function(env, exports, "threads", threads);
  export_function(env, exports, "setThreads", set_threads);
  return exports;
}

}  // namespace
}  // namespace signal_lab

NAPI_MODULE_INIT() { return signal_lab::initialize(env, exports); }
