#pragma once
#include "server/json.h"

#include <string>
#include <string_view>

namespace ksqldb::testing::detail {

namespace rapidjson = server::rapidjson;

/// A double as Java writes it: "3.0", "1.0E10", "4.9E-324", "NaN", "-Infinity".
std::string javaDouble(double value);

/// UTF-8 as ksqlDB writes it: characters beyond U+FFFF are two escapes, "\uD83D\uDE00".
struct JavaUtf8 : rapidjson::UTF8<> {
    static void Encode(rapidjson::StringBuffer& out, unsigned character);
};

/// Writes JSON byte by byte as ksqlDB does. As in all of RapidJSON, true means to go on.
class JsonWriter : public server::BasicJsonWriter<JavaUtf8, rapidjson::kWriteValidateEncodingFlag> {
public:
    /// Throws Error(InvalidArgument) for text that is not UTF-8.
    bool String(std::string_view text);
    JsonWriter& Key(std::string_view name) { return String(name), *this; }
    bool Double(double value);
};

}  // namespace ksqldb::testing::detail
