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

/// RapidJSON's writer with a buffer of its own. Texts that are no UTF-8 are written as they are,
/// unless `Utf8` and `flags` say otherwise. As in all of RapidJSON, true means to go on.
template <class Utf8 = rapidjson::UTF8<>, unsigned flags = rapidjson::kWriteDefaultFlags>
class BasicJsonWriter : public rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, Utf8,
                                                 rapidjson::CrtAllocator, flags> {
public:
    BasicJsonWriter() { this->Reset(buffer_); }

    bool String(std::string_view text) {
        return Base::String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    }
    BasicJsonWriter& Key(std::string_view name) { return String(name), *this; }
    /// A number or a text that is JSON already; the text may be a name.
    bool Raw(std::string_view json) {
        return this->RawValue(json.data(), json.size(), rapidjson::kStringType);
    }

    /// Bytes as they are, outside of a value; another value may follow.
    void put(std::string_view bytes) {
        for (const char c : bytes) buffer_.Put(c);
        this->Reset(buffer_);
    }
    /// What was written, until more is.
    std::string_view text() const { return {buffer_.GetString(), buffer_.GetSize()}; }
    std::string json() const { return std::string(text()); }
    /// Begins anew, in the same memory.
    void clear() {
        buffer_.Clear();
        this->Reset(buffer_);
    }

private:
    using Base = typename BasicJsonWriter::Writer;

    rapidjson::StringBuffer buffer_;
};
using JsonWriter = BasicJsonWriter<>;

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
