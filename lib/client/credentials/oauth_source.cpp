#include "client/credentials/oauth_source.h"

#include "base/error_builder.h"
#include "base/require.h"
#include "client/calls/exchange_call.h"
#include "client/credentials/authorization.h"
#include "client/options/option_checks.h"
#include "protocol/media_types.h"
#include "transport/headers.h"
#include "transport/url.h"
#include "values/base64.h"
#include "values/json_document.h"
#include "values/utf8.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace ksqldb::client {

namespace {

using Secrets = std::vector<std::string>;

/// What is secret is found before anything is replaced, for one may be a part of another, or begin
/// within it.
std::string hidden(const std::string& text, const Secrets& secrets) {
    std::vector<bool> isSecret(text.size() + 1);
    for (const std::string& secret : secrets)
        for (std::size_t at = text.find(secret); at != std::string::npos;
             at = text.find(secret, at + 1))
            std::fill_n(isSecret.begin() + static_cast<std::ptrdiff_t>(at), secret.size(), true);
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!isSecret[i]) shown += text[i];
        if (isSecret[i] && !isSecret[i + 1]) shown += '*';
    }
    return shown;
}

/// What an identity provider says of itself may repeat what it was asked, be no text, be long, and
/// is not to look like a log.
std::string shown(std::string text, const Secrets& secrets) {
    constexpr std::size_t most = 200;
    text = values::asUtf8(hidden(text, secrets));
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    if (text.size() <= most) return text;
    std::size_t end = most;
    while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // within a character
    return text.substr(0, end) + "…";
}

Error noToken(const std::string& name, const std::string& why, int status, bool mayPass) {
    return detail::ErrorBuilder(ErrorCode::CredentialsFailed, "no token from " + name + ": " + why)
        .http(status)
        .retryable(mayPass)
        .build();
}

Error noToken(const std::string& name, const Error& error) {
    const bool isTooLarge = error.code() == ErrorCode::TooManyBytes;
    return noToken(name, isTooLarge ? "the answer is larger than 1 MiB" : error.what(), 0,
                   error.isRetryable());
}

bool mayPass(int status) { return status == 429 || status >= 500; }

Error refusal(int status, std::string_view body, const std::string& name, const Secrets& secrets) {
    std::string why = "HTTP " + std::to_string(status);
    if (const auto json = values::JsonDocument::parse(body)) {
        const auto error = json->string("error");
        const auto description = json->string("error_description");
        if (error) why += ", " + shown(*error, secrets);
        if (description) why += ": " + shown(*description, secrets);
    }
    return noToken(name, why, status, mayPass(status));
}

/// A number as it should be, or, as some send it, a text.
std::optional<std::chrono::milliseconds> timeIn(const values::JsonDocument& json) {
    constexpr double most = 1e10;  // no clock holds more than some of that
    const std::string text = json.string("expires_in").value_or("");
    double seconds = -1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(seconds >= 0))
        return std::nullopt;
    return std::chrono::milliseconds(std::llround(std::min(seconds, most) * 1000));
}

}  // namespace

void checkOAuth(const detail::OAuthSettings& settings) {
    const auto isGiven = [](const std::string& text) { return !text.empty(); };
    base::require(isGiven(settings.clientId), "OAuthClientCredentials without a client id");
    base::require(isGiven(settings.clientSecret), "OAuthClientCredentials without a client secret");
    base::require(settings.timeout.count() > 0,
                  "timeout of OAuthClientCredentials is not positive");
    for (const auto& [name, value] : settings.parameters)
        base::require(isGiven(name), "a parameter of OAuthClientCredentials without a name");
    if (settings.tls) checkTls(*settings.tls);
}

std::string tokenRequestBody(const detail::OAuthSettings& settings) {
    std::string body = "grant_type=client_credentials";
    const auto add = [&body](std::string_view name, std::string_view value) {
        body += '&' + transport::formEncoded(name) + '=' + transport::formEncoded(value);
    };
    if (!settings.scope.empty()) add("scope", settings.scope);
    for (const auto& [name, value] : settings.parameters) add(name, value);
    if (settings.secretInBody) {
        add("client_id", settings.clientId);
        add("client_secret", settings.clientSecret);
    }
    return body;
}

std::vector<std::string> secretsOf(const detail::OAuthSettings& settings) {
    constexpr std::size_t least = 3;  // what is shorter is in many words, and keeps no secret
    std::vector<std::string> all;
    const auto add = [&all](const std::string& secret) {
        all.push_back(secret);
        all.push_back(transport::formEncoded(secret));
    };
    const auto addIfLong = [&add](const std::string& text) {
        if (text.size() >= least) add(text);
    };
    const std::string basic = transport::formEncoded(settings.clientId) + ':' +
                              transport::formEncoded(settings.clientSecret);
    add(settings.clientSecret);
    add(values::encodeBase64(std::as_bytes(std::span(basic))));
    for (const auto& [name, value] : settings.parameters) addIfLong(value);
    const std::string url = settings.tokenUrl.substr(0, settings.tokenUrl.find('#'));
    std::size_t at = url.find('?');
    if (at == std::string::npos) return all;
    addIfLong(url.substr(at + 1));
    while (at != std::string::npos) {  // its values, of which a provider may name one
        const std::size_t end = url.find('&', ++at);
        const std::string part = url.substr(at, end == std::string::npos ? end : end - at);
        const std::string value = part.substr(part.find('=') + 1);
        addIfLong(value);
        addIfLong(transport::formDecoded(value));
        at = end;
    }
    return all;
}

Outcome<Credentials> credentialsFrom(int status, std::string_view body, const std::string& name,
                                     const std::vector<std::string>& secrets) {
    if (status != 200) return refusal(status, body, name, secrets);
    const auto json = values::JsonDocument::parse(body);
    const auto token = json ? json->string("access_token") : std::nullopt;
    if (!token || token->empty())
        return noToken(name, "the answer holds no access_token", status, false);
    const std::string type = json->string("token_type").value_or("Bearer");
    if (!transport::equalsIgnoringCase(type, "Bearer"))
        return noToken(name, "its tokens are of the kind " + shown(type, secrets) + ", not Bearer",
                       status, false);
    Credentials credentials = Credentials::bearer(*token);
    if (const auto time = timeIn(*json)) credentials.expiresIn(*time);
    return credentials;
}

OAuthSource::OAuthSource(std::shared_ptr<transport::EventLoop> loop, detail::OAuthSettings settings,
                         std::shared_ptr<const transport::ConnectionSettings> connection,
                         base::Logger logger, std::shared_ptr<Hooks> hooks)
    : loop_(std::move(loop)),
      settings_(std::move(settings)),
      connection_(std::move(connection)),
      logger_(std::move(logger)),
      hooks_(std::move(hooks)) {}

std::string OAuthSource::name() const {
    const std::string name = connection_->name();
    return name.substr(0, name.find_first_of("?#"));  // a query may hold a key
}

transport::HttpRequest OAuthSource::request() const {
    transport::HttpRequest request;
    request.connection = connection_;
    request.mayBeSentTwice = true;
    request.headers = {{"Accept", protocol::media::json},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = tokenRequestBody(settings_);
    if (!settings_.secretInBody)
        request.authorizer = std::make_shared<FixedAuthorization>(
            Credentials::basic(transport::formEncoded(settings_.clientId),
                               transport::formEncoded(settings_.clientSecret)));
    return request;
}

void OAuthSource::fetch(Done done) {
    if (!connection_->tls->verifies && logger_.wants(LogLevel::Warn))
        logger_.log(LogLevel::Warn, name() +
                                        ": dangerouslyTrustAnyServer() is set: whoever answers is "
                                        "trusted");
    ExchangeCall::Setup setup;
    setup.request = request();
    setup.request.watch = CallWatch::ownRequest(hooks_, CallWatch::Kind::Token);
    setup.context.endpoint = "POST " + name();
    setup.logger = logger_;
    setup.requestTimeout = settings_.timeout;
    setup.requestTimeoutName = "OAuthClientCredentials::timeout";
    setup.sizes.answerBytes = std::size_t{1} << 20;
    setup.takesAnyStatus = true;
    const auto call = std::make_shared<ExchangeCall>(
        loop_, nullptr, std::move(setup),
        [done = std::move(done), name = name(),
         secrets = secretsOf(settings_)](const Outcome<Answer>& answer) {
            if (!answer.ok()) return done(noToken(name, answer.error()));
            done(credentialsFrom(answer.value().status, answer.value().body, name, secrets));
        });
    call->start();
}

}  // namespace ksqldb::client
