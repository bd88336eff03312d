/**
 * Scratch memory of one call, kept between calls.
 *
 * A fresh allocation of some megabytes costs more in page faults than the packing that fills it: about 0.25
 * microseconds for each 4 KiB.
 */
#pragma once

#include <cstddef>

namespace signal_lab {

/** A block of floats on a cache line's border; given back to the process's store, or freed, at its end. */
class Workspace {
 public:
  explicit Workspace(size_t floats);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /** The next `floats` of the block. */
  float* take(size_t floats);

  /** What take(floats) uses up. */
  __attribute__((always_inline)) static constexpr size_t rounded(size_t floats) {
    return (floats + 15) / 16 * 16;
  }

 private:
  float* block_;
  size_t capacity_;
  size_t used_ = 0;
};

}  // namespace signal_lab
