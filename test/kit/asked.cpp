#include "asked.h"

#include "server/json.h"

#include <initializer_list>

namespace ksqldb::testing::detail {

namespace {

namespace rapidjson = server::rapidjson;

/// Adds the members of the body's first object of these names.
void addMembers(const rapidjson::Document& body, std::initializer_list<const char*> names,
                std::map<std::string, std::string>& members) {
    for (const char* name : names) {
        const auto* object = server::member(body, name);
        if (object == nullptr || !object->IsObject()) continue;
        for (const auto& [key, value] : object->GetObject())
            members[{key.GetString(), key.GetStringLength()}] =
                value.IsString() ? std::string(value.GetString(), value.GetStringLength())
                                 : server::toText(value);
    }
}

}  // namespace

Request asked(const server::Request& request) {
    Request result;
    result.method = request.method;
    result.path = request.target;
    result.httpVersion = request.version;
    result.headers = request.headers;
    result.body = request.body;
    result.statement = request.sql();
    rapidjson::Document body;
    body.Parse(request.body.data(), request.body.size());
    if (body.HasParseError() || !body.IsObject()) return result;
    addMembers(body, {"properties", "streamsProperties"}, result.properties);
    addMembers(body, {"sessionVariables"}, result.sessionVariables);
    addMembers(body, {"requestProperties"}, result.requestProperties);
    return result;
}

}  // namespace ksqldb::testing::detail
