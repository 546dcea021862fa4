#pragma once
// The one way to RapidJSON. Its namespace is renamed, or an application that uses RapidJSON with
// other macros in the same process would break the one-definition rule. No RAPIDJSON_SSE* here:
// measured, it costs on short strings, and it reads past buffers.

#define RAPIDJSON_NAMESPACE ksqldb::detail::rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace ksqldb::detail::rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#define RAPIDJSON_HAS_STDSTRING 1

// What RapidJSON includes of the standard library: the attribute below is not for that.
#include <iosfwd>
#include <istream>
#include <iterator>
#include <limits>
#include <string>

#ifdef __clang__
// RapidJSON 1.1 adds 0 to the null pointer of a stack that is empty: harmless, but clang's
// -fsanitize=undefined says so each time.
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#ifdef __clang__
#pragma clang attribute pop
#endif

namespace ksqldb {
namespace rapidjson = detail::rapidjson;
}
