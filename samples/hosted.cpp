// A hosted cluster: https, and credentials of one of these kinds.
//   KSQLDB_KEY, KSQLDB_SECRET        an API key (Basic authentication)
//   KSQLDB_TOKEN                     a token (Bearer)
//   KSQLDB_TOKEN_FILE                a token in a file, which another program renews
//   KSQLDB_TOKEN_URL, KSQLDB_CLIENT_ID, KSQLDB_CLIENT_SECRET
//                                    tokens of an identity provider (OAuth 2)
//   KSQLDB_CLIENT_FILE               a client certificate with its key, in PEM
// KSQLDB_URL=https://…:443; KSQLDB_CA_FILE where the certificate is not from a public authority.
#include "sample.h"

#include <fstream>
#include <stdexcept>

namespace {

using sample::fromEnvironment;

bool has(const char* name) { return !fromEnvironment(name).empty(); }

std::string tokenIn(const std::string& path) {
    std::ifstream file(path);
    std::string token;
    if (!(file >> token)) throw std::runtime_error("there is no token in " + path);
    return token;
}

void addTrust(ksqldb::ClientOptions& options) {
    ksqldb::TlsOptions tls;
    if (has("KSQLDB_CA_FILE")) tls.caFile(fromEnvironment("KSQLDB_CA_FILE"));
    if (has("KSQLDB_CLIENT_FILE")) tls.clientCertificateFile(fromEnvironment("KSQLDB_CLIENT_FILE"));
    options.tls(tls);
}

void addCredentials(ksqldb::ClientOptions& options) {
    if (has("KSQLDB_KEY")) {
        options.apiKey(fromEnvironment("KSQLDB_KEY"), fromEnvironment("KSQLDB_SECRET"));
    } else if (has("KSQLDB_TOKEN")) {
        options.credentials(ksqldb::Credentials::bearer(fromEnvironment("KSQLDB_TOKEN")));
    } else if (has("KSQLDB_TOKEN_FILE")) {
        options.credentials([path = fromEnvironment("KSQLDB_TOKEN_FILE")] {
            return ksqldb::Credentials::bearer(tokenIn(path));
        });
    } else if (has("KSQLDB_TOKEN_URL")) {
        options.credentials(ksqldb::OAuthClientCredentials(
            fromEnvironment("KSQLDB_TOKEN_URL"), fromEnvironment("KSQLDB_CLIENT_ID"),
            fromEnvironment("KSQLDB_CLIENT_SECRET")));
    }
}

}  // namespace

int main() try {
    ksqldb::ClientOptions options = sample::server();
    addTrust(options);
    addCredentials(options);

    ksqldb::Client client(options);
    std::cout << "ksqlDB " << client.serverInfo().get().version << '\n';
    for (ksqldb::RowView row : client.executeQuery("select * from RATINGS LIMIT 3;").get())
        std::cout << row << '\n';
} catch (const ksqldb::Error& error) {
    if (error.code() == ksqldb::ErrorCode::Unauthorized)
        std::cerr << "the cluster does not know these credentials\n";
    return sample::failed(error);
}
