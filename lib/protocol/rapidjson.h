#pragma once
// The one way to RapidJSON. Its namespace is renamed, or an application that uses RapidJSON with
// other macros in the same process would break the one-definition rule. No RAPIDJSON_SSE* here:
// measured, it costs on short strings, and it reads past buffers.

#define RAPIDJSON_NAMESPACE ksqldb::detail::rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace ksqldb::detail::rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#define RAPIDJSON_HAS_STDSTRING 1

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace ksqldb {
namespace rapidjson = detail::rapidjson;
}
