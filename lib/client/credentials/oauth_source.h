#pragma once
#include "base/log.h"
#include "client/attempts/call_watch.h"
#include "client/credentials/credential_source.h"
#include "client/options/credential_settings.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::client {

/// Tokens of an identity provider. It is asked on the event loop; no other thread is needed.
class OAuthSource : public CredentialSource {
public:
    /// `connection`: to the token's URL.
    OAuthSource(std::shared_ptr<transport::EventLoop> loop, detail::OAuthSettings settings,
                std::shared_ptr<const transport::ConnectionSettings> connection,
                base::Logger logger, std::shared_ptr<Hooks> hooks = {});

    void fetch(Done done) override;
    std::string name() const override;

private:
    transport::HttpRequest request() const;

    const std::shared_ptr<transport::EventLoop> loop_;
    const detail::OAuthSettings settings_;
    const std::shared_ptr<const transport::ConnectionSettings> connection_;
    const base::Logger logger_;
    const std::shared_ptr<Hooks> hooks_;  // none: nobody observes it
};

/// The body of a request for a token (RFC 6749, 4.4.2).
std::string tokenRequestBody(const detail::OAuthSettings& settings);
/// What an answer comes to (RFC 6749, 5).
/// - `name`: whose it is.
/// - `secrets`: what no Error shows; none is empty.
Outcome<Credentials> credentialsFrom(int status, std::string_view body, const std::string& name,
                                     const std::vector<std::string>& secrets);
/// What the provider gets to know and may repeat, as it is sent and as it is meant: the client's
/// secret, the values of parameters, the query of the token's URL.
std::vector<std::string> secretsOf(const detail::OAuthSettings& settings);

/// Throws Error(InvalidArgument).
void checkOAuth(const detail::OAuthSettings& settings);

}  // namespace ksqldb::client
