#pragma once
// The one way to RapidJSON in the server; see lib/protocol/rapidjson.h for why it is renamed.
// Not to be included by the server's public headers: both cannot be in one translation unit.

#define RAPIDJSON_NAMESPACE ksqldb::server::rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace ksqldb::server::rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#define RAPIDJSON_HAS_STDSTRING 1

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace ksqldb::server {

std::string toText(const rapidjson::Value& value);

/// The member that is an object or array or scalar, or null.
const rapidjson::Value* member(const rapidjson::Value& object, std::string_view name);
/// The member's text; empty if it is none.
std::string_view textMember(const rapidjson::Value& object, std::string_view name);

/// The error bodies of ksqlDB.
std::string genericError(int code, std::string_view message);
std::string statementError(int code, std::string_view message, std::string_view statement);
/// What ksqlDB says of a body that lacks this member, which its class of this name needs.
std::string missingProperty(std::string_view name, const std::string& body,
                            const std::string& className);

}  // namespace ksqldb::server
