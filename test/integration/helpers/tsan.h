#pragma once
// Whether this program runs with TSan. Not every clang has GCC's macro.
#if defined(__SANITIZE_THREAD__)
#define KSQLDB_TEST_HAS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define KSQLDB_TEST_HAS_TSAN 1
#endif
#endif
