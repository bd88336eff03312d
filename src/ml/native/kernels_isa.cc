/**
 * All kernels for one instruction set. This file is compiled once for each, with SIGNAL_LAB_ISA naming it and the
 * compiler's target flags to match; everything but the table is local to the object file, so that the linker can never
 * put one instruction set's code in place of another's.
 */
#include <math.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "kernels.h"
#include "threads.h"
#include "workspace.h"

#define SIGNAL_LAB_TEXT_OF(name) #name
#define SIGNAL_LAB_TEXT(name) SIGNAL_LAB_TEXT_OF(name)

namespace signal_lab {
namespace SIGNAL_LAB_ISA {
namespace {

/** parallel(), or the same tasks one after the other where waking threads would cost more than it brings. */
template <typename Task>
inline void parallel_or_not(bool threaded, int count, const Task& task) {
  if (threaded) return parallel(count, task);
  for (int i = 0; i < count; ++i) task(i);
}

#include "vector.h"
#include "activations.h"
#include "product.h"
#include "recurrence.h"
#include "norm.h"
#include "lstm.h"
#include "lstm_norm.h"
#include "gru.h"
#include "gru_norm.h"
#include "dropout.h"
#include "adam.h"
#include "scan.h"
#include "linear.h"

int padded_units(int units) { return round_up(units, kPanel); }

}  // namespace

extern const KernelTable table;
const KernelTable table = {SIGNAL_LAB_TEXT(SIGNAL_LAB_ISA), padded_units, normal_row, lstm_forward, lstm_backward, gru_forward, gru_backward, dropout, adam, scan, linear};

}  // namespace SIGNAL_LAB_ISA
}  // namespace signal_lab
