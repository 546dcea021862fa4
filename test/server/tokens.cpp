#include "tokens.h"

#include "base64.h"
#include "json.h"
#include "wire.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace ksqldb::server {

namespace {

std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        const bool isEncoded =
            text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16).ec == std::errc();
        if (isEncoded) i += 2;
        result += isEncoded ? static_cast<char>(byte) : text[i] == '+' ? ' ' : text[i];
    }
    return result;
}

/// A parameter of a form.
std::optional<std::string> parameter(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        const std::string_view pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(form.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) != name || equals == std::string_view::npos) continue;
        return decoded(pair.substr(equals + 1));
    }
    return std::nullopt;
}

std::pair<std::string, std::string> clientOf(const Request& request) {
    const auto header = request.header("Authorization");
    if (header && header->rfind("Basic ", 0) == 0) {
        const std::string pair = fromBase64(header->substr(6)).value_or("");
        const std::size_t colon = pair.find(':');
        if (colon != std::string::npos)
            return {decoded(pair.substr(0, colon)), decoded(pair.substr(colon + 1))};
    }
    return {parameter(request.body, "client_id").value_or(""),
            parameter(request.body, "client_secret").value_or("")};
}

const Headers json{{"content-type", "application/json;charset=UTF-8"},
                   {"cache-control", "no-store"}};

}  // namespace

void Tokens::issueTo(std::string id, std::string secret, std::chrono::milliseconds lifetime) {
    std::lock_guard lock(mutex_);
    areRequired_ = true;
    id_ = std::move(id);
    secret_ = std::move(secret);
    lifetime_ = lifetime;
}

void Tokens::accept(const std::string& token) {
    std::lock_guard lock(mutex_);
    areRequired_ = true;
    good_[token] = Clock::time_point::max();
}

void Tokens::revoke() {
    std::lock_guard lock(mutex_);
    good_.clear();
}

bool Tokens::areRequired() const {
    std::lock_guard lock(mutex_);
    return areRequired_;
}

bool Tokens::isGood(std::string_view token) const {
    std::lock_guard lock(mutex_);
    const auto found = good_.find(token);
    return found != good_.end() && Clock::now() < found->second;
}

std::size_t Tokens::issued() const {
    std::lock_guard lock(mutex_);
    return issued_;
}

void Tokens::answer(Exchange& exchange) {
    const Request& request = exchange.request();
    std::lock_guard lock(mutex_);
    const auto client = clientOf(request);
    if (parameter(request.body, "grant_type") != "client_credentials")
        return exchange.respond(400, R"({"error":"unsupported_grant_type"})", json);
    if (id_.empty() || client != std::pair(id_, secret_))
        return exchange.respond(
            401, R"({"error":"invalid_client","error_description":"Invalid client credentials"})",
            json);
    // Not to be guessed from the one before is not asked for here.
    const std::string token = "token-" + std::to_string(++issued_) + "." + toBase64(id_);
    good_[token] = Clock::now() + lifetime_;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lifetime_).count();
    JsonWriter body;
    body.StartObject();
    body.Key("access_token").String(token);
    body.Key("token_type").String("Bearer");
    body.Key("expires_in").Int64(seconds);
    body.EndObject();
    exchange.respond(200, body.text(), json);
}

}  // namespace ksqldb::server
