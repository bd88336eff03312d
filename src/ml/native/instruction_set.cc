/** Chooses, once, the kernels compiled for the best instruction set that this processor has. */
#include <cstdlib>
#include <cstring>

#include "kernels.h"

namespace signal_lab {

namespace portable {
extern const KernelTable table;
}
#if defined(__x86_64__)
namespace avx2 {
extern const KernelTable table;
}
namespace avx512 {
extern const KernelTable table;
}
#endif

namespace {

constexpr int kMost = 3;

struct Supported {
  const KernelTable* tables[kMost];
  const char* names[kMost];
  int count = 0;

  Supported() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (has_avx2 && has_avx512) add(avx512::table);
    if (has_avx2) add(avx2::table);
#endif
    add(portable::table);
  }

  void add(const KernelTable& table) {
    tables[count] = &table;
    names[count++] = table.name;
  }
};

const Supported& supported() {
  static const Supported found;
  return found;
}

const KernelTable& choose() {
  const Supported& found = supported();
  if (const char* wanted = std::getenv("SIGNAL_LAB_INSTRUCTION_SET")) {
    for (int i = 0; i < found.count; ++i) {
      if (std::strcmp(found.names[i], wanted) == 0) return *found.tables[i];
    }
  }
  return *found.tables[0];
}

}  // namespace

const KernelTable& kernels() {
  static const KernelTable& chosen = choose();
  return chosen;
}

const char* const* supported_instruction_sets(int* count) {
  *count = supported().count;
  return supported().names;
}

}  // namespace signal_lab
