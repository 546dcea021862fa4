#include "secrets.h"

#include "../characters.h"
#include "../json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace ksqldb::server {

namespace {

/// name=value&name=value
std::string formWithoutSecrets(std::string_view form) {
    std::string result;
    while (!form.empty()) {
        const std::string_view pair = form.substr(0, form.find('&'));
        const std::size_t equals = pair.find('=');
        if (!result.empty()) result += '&';
        if (equals != std::string_view::npos &&
            (soundsSecret(pair.substr(0, equals)) || pair.substr(0, equals) == "code")) {
            result.append(pair.substr(0, equals + 1)).append(hidden);
        } else {
            result += pair;
        }
        form.remove_prefix(std::min(form.size(), pair.size() + 1));
    }
    return result;
}

/// Hides in a body of JSON.
class JsonSecrets {
public:
    /// @param known texts that are secret wherever they are
    explicit JsonSecrets(std::vector<std::string> known = {}) : known_(std::move(known)) {}

    /// The body, the same to the byte where nothing is secret; none if it is no JSON.
    std::optional<std::string> without(std::string_view body) {
        document_.Parse<rapidjson::kParseFullPrecisionFlag>(body.data(), body.size());
        if (document_.HasParseError()) return std::nullopt;
        look(document_, {});
        return hasChanged_ ? toText(document_) : std::string(body);
    }
    /// What was hidden.
    std::vector<std::string>& found() { return found_; }

private:
    void look(rapidjson::Value& value, std::string_view name) {
        if (value.IsString()) return lookAtText(value, name);
        if (value.IsArray())
            for (auto& element : value.GetArray()) look(element, name);
        if (!value.IsObject()) return;
        const bool isOfConnector = name == "config";
        for (unsigned i = 0; i < value.MemberCount(); ++i) {
            auto& [key, memberValue] = *(value.MemberBegin() + i);
            const std::string_view memberName(key.GetString(), key.GetStringLength());
            if (isOfConnector ? memberName != "connector.class" : soundsSecret(memberName)) {
                hide(memberValue);
            } else {
                look(memberValue, memberName);
            }
        }
    }

    void lookAtText(rapidjson::Value& value, std::string_view name) {
        constexpr std::array<std::string_view, 5> statements{"ksql", "sql", "statementText",
                                                             "statement", "queryString"};
        const std::string_view text(value.GetString(), value.GetStringLength());
        const bool isStatement =
            std::find(statements.begin(), statements.end(), name) != statements.end();
        std::string rest =
            isStatement ? withoutSecrets(text, &found_) : messageWithoutSecrets(text);
        for (const auto& secret : known_)
            for (std::size_t at = 0; (at = rest.find(secret, at)) != std::string::npos;
                 at += hidden.size())
                rest.replace(at, secret.size(), hidden);
        if (rest != text) set(value, rest);
    }

    void hide(rapidjson::Value& value) {
        if (value.IsBool() || value.IsNull()) return;  // tells nothing
        if (value.IsString()) found_.emplace_back(value.GetString(), value.GetStringLength());
        set(value, hidden);
    }

    void set(rapidjson::Value& value, std::string_view text) {
        value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()),
                        document_.GetAllocator());
        hasChanged_ = true;
    }

    rapidjson::Document document_;
    std::vector<std::string> known_, found_;
    bool hasChanged_ = false;
};

/// Whether this may be name=value&name=value.
bool isForm(std::string_view body) {
    return body.find('=') != std::string_view::npos &&
           std::all_of(body.begin(), body.end(), [](char c) {
               return c > ' ' && c <= '~' &&
                      std::string_view("{}[]<>\"").find(c) == std::string_view::npos;
           });
}

/// What is not understood is hidden as a whole.
std::string tokenBody(const std::string& body) {
    if (body.empty()) return body;
    if (isForm(body)) return formWithoutSecrets(body);
    const bool isObject = body[std::min(body.find_first_not_of(" \t\r\n"), body.size() - 1)] == '{';
    return (isObject ? JsonSecrets().without(body) : std::nullopt).value_or(std::string(hidden));
}

std::string joined(const std::vector<Recording::Part>& parts) {
    std::string body;
    for (const auto& part : parts) body += part.bytes;
    return body;
}

/// Puts `rest` in the place of the body, if it is another. What of a body has not come is missing
/// afterwards, too.
void replaceBody(std::vector<Recording::Part>& parts, Headers& headers, std::string rest) {
    const std::string body = joined(parts);
    if (rest == body) return;
    for (auto& [name, value] : headers) {
        std::size_t length = 0;
        if (!equalIgnoringCase(name, "content-length") ||
            std::from_chars(value.data(), value.data() + value.size(), length).ec != std::errc() ||
            length < body.size())
            continue;
        value = std::to_string(length - body.size() + rest.size());
    }
    parts = {{parts.front().atMs, std::move(rest)}};
}

/// Whether a body that cannot be read might have secrets.
bool isSuspicious(std::string_view body) {
    return soundsSecret(body) || lowerCase(body).find("connector") != std::string::npos;
}

bool isQueryPath(std::string_view path) {
    return path.ends_with("/query") || path.ends_with("/query-stream");
}

void hideInStatements(Recording& recording, bool isQuery) {
    auto& request = recording.request;
    auto& response = recording.response;
    const std::string asked = joined(request.parts);
    const std::string answered = joined(response.parts);
    JsonSecrets ofRequest;
    auto rest = ofRequest.without(asked);
    const std::string askedRest = rest ? *rest : isSuspicious(asked) ? std::string(hidden) : asked;
    replaceBody(request.parts, request.headers, askedRest);

    // Rows stay as they are. An object is an error's, or a header without rows.
    if (isQuery && !answered.starts_with('{')) return;
    // Short ones are in many words.
    auto& known = ofRequest.found();
    std::erase_if(known, [](const std::string& text) { return text.size() < 5; });
    rest = JsonSecrets(std::move(known)).without(answered);
    // Cut, or compressed.
    if (!rest && !isQuery && (isSuspicious(answered) || isSuspicious(asked)) && !answered.empty())
        rest = hidden;
    replaceBody(response.parts, response.headers, rest.value_or(answered));
}

void hideHeaders(Headers& headers) {
    for (auto& [name, value] : headers)
        if (soundsSecret(name)) value = hidden;
}

}  // namespace

bool issuesTokens(std::string_view target) {
    const std::string path = lowerCase(target.substr(0, target.find('?')));
    return path.find("/oauth") != std::string::npos || path.ends_with("/token");
}

std::string pathWithoutSecrets(std::string_view target) {
    const std::size_t query = target.find('?');
    if (query == std::string_view::npos) return std::string(target);
    return std::string(target.substr(0, query + 1)) + formWithoutSecrets(target.substr(query + 1));
}

void removeSecrets(Recording& recording) {
    auto& request = recording.request;
    auto& response = recording.response;
    hideHeaders(request.headers);
    hideHeaders(response.headers);
    std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
    while (path.ends_with('/')) path.remove_suffix(1);
    if (issuesTokens(request.path)) {
        replaceBody(request.parts, request.headers, tokenBody(joined(request.parts)));
        replaceBody(response.parts, response.headers, tokenBody(joined(response.parts)));
    } else if (path.ends_with("/ksql") || isQueryPath(path)) {
        hideInStatements(recording, isQueryPath(path));
    }
    request.path = pathWithoutSecrets(request.path);
    request.bodyText = joined(request.parts);
}

}  // namespace ksqldb::server
