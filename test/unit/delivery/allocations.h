#pragma once
// What a test does to the memory of its program.
#include "own_memory.h"

#include <atomic>
#include <cstddef>
#include <functional>

#ifndef KSQLDB_TEST_MEMORY_IS_THE_SANITIZERS
namespace ksqldb::test::allocations {

/// Above this size there is no memory.
extern std::atomic<std::size_t> largest;
/// This thread's allocations until `then` is called; 0: it is not.
extern thread_local int left;
extern std::function<void()> then;

}  // namespace ksqldb::test::allocations
#endif
