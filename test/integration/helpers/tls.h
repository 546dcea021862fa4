#pragma once
#include "support.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {

using server::ClientCertificate;

/// A server with TLS whose certificate is for the address that tests use.
inline ServerOptions tlsServer(const std::function<void(server::CertificateOptions&)>& change =
                                   [](server::CertificateOptions&) {}) {
    ServerOptions options = serverOptions(Wire::Tls);
    change(options.certificate);
    return options;
}

/// For the server's TLS port, as the system would trust it: not.
inline ClientOptions tlsClient(const LocalServer& server, TlsOptions tls) {
    return ClientOptions(server.tlsUrl()).tls(std::move(tls));
}
inline TlsOptions trusting(const LocalServer& server) {
    return TlsOptions().caPem(server.certificates().caPem());
}

/// That every kind of call fails with TlsFailed, in these words; each Error is given back.
inline std::vector<Error> expectTlsFailed(const ClientOptions& options, const std::string& words) {
    constexpr const char* statement = "SELECT 1;";
    Client client(options);
    std::vector<Error> errors{
        errorFrom(client.executeQuery(statement)), errorFrom(client.serverInfo()),
        errorFrom(client.closeQuery("transient_1")), errorFrom(client.execute("DROP STREAM s;"))};
    ResultStream polled = client.streamQuery(statement);
    errors.push_back(errorFrom([&] { polled.header(); }));
    Recorder recorder;
    Subscription subscribed = client.streamQuery(statement, recorder.callbacks());
    EXPECT_TRUE(subscribed.waitFor(patience));
    errors.push_back(recorder.error());
    for (const Error& error : errors) {
        EXPECT_EQ(error.code(), ErrorCode::TlsFailed) << error.what();
        EXPECT_EQ(error.category(), ErrorCategory::Connect);
        EXPECT_EQ(error.httpStatus(), 0);
        EXPECT_FALSE(error.isRetryable());
        EXPECT_FALSE(error.endpoint().empty());
        EXPECT_EQ(std::string(error.what()).find(error.endpoint() + ": " + words + ": "), 0u)
            << error.what();
    }
    return errors;
}

}  // namespace ksqldb::test
