#pragma once
// Whether a test program may replace operator new. Clang's sanitizers have theirs in the same
// object as others that are needed, so that two would be linked.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || \
    __has_feature(memory_sanitizer)
#define KSQLDB_TEST_MEMORY_IS_THE_SANITIZERS
#endif
#endif
