/** Chooses the kernels compiled for the best instruction set that this processor has. */
#include <atomic>
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
#if defined(SIGNAL_LAB_SELFTEST)
    const bool runs_avx512 = has_avx2;  // compiled there without its instructions
#else
    const bool runs_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
    if (runs_avx512) add(avx512::table);
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

/** The table of that name, or null. */
const KernelTable* find(const char* name) {
  for (int i = 0; i < supported().count; ++i) {
    if (std::strcmp(supported().names[i], name) == 0) return supported().tables[i];
  }
  return nullptr;
}

std::atomic<const KernelTable*>& chosen() {
  static std::atomic<const KernelTable*> table{[] {
    const char* const wanted = std::getenv("SIGNAL_LAB_INSTRUCTION_SET");
    const KernelTable* const found = wanted ? find(wanted) : nullptr;
    return found ? found : supported().tables[0];
  }()};
  return table;
}

}  // namespace

const KernelTable& kernels() { return *chosen().load(); }

bool choose_instruction_set(const char* name) {
  const KernelTable* const found = find(name);
  if (found) chosen().store(found);
  return found;
}

const char* const* supported_instruction_sets(int* count) {
  *count = supported().count;
  return supported().names;
}

}  // namespace signal_lab
