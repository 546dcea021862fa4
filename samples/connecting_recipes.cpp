// The recipes of docs/connecting.md, as they are compiled. connecting_recipes RECIPE asks the
// server that the recipe leads to for its version. Without a name it lists them.
#include "sample.h"

#include <chrono>
#include <map>
#include <utility>

namespace {

std::string readTokenFromVault() { return sample::fromEnvironment("KSQLDB_TOKEN", "a-token"); }
std::string secretOf(const char* name) { return sample::fromEnvironment(name, "a-secret"); }

ksqldb::ClientOptions ingress() {
    ksqldb::ClientOptions options("https://gateway.example.com/streams");
    return options;
}

ksqldb::ClientOptions unixSocket() {
    ksqldb::ClientOptions options("unix:///run/ksqldb.sock");
    return options;
}

ksqldb::ClientOptions proxy() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.proxy("http://proxy.example.com:3128", "proxy-user", secretOf("PROXY_SECRET"))
        .noProxy({"localhost", ".internal.example.com", "10.0.0.0/8"});
    return options;
}

ksqldb::ClientOptions addresses() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.resolve("ksqldb.example.com:443:10.1.2.3")
        .addressFamily(ksqldb::AddressFamily::Ipv4)
        .localInterface("eth1");
    return options;
}

ksqldb::ClientOptions ownAuthority() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.caFile("/etc/ssl/company-ca.pem");
    return options;
}

ksqldb::ClientOptions clientCertificate() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.tls(ksqldb::TlsOptions()
                    .caFile("/etc/ssl/company-ca.pem")
                    .clientCertificateFile("/etc/ssl/client.pem", "/etc/ssl/client-key.pem",
                                           secretOf("KEY_PASSWORD"))
                    .minVersion(ksqldb::TlsVersion::Tls13));
    return options;
}

ksqldb::ClientOptions pinnedKey() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.tls(ksqldb::TlsOptions().pinnedPublicKey(
        "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE="));
    return options;
}

ksqldb::ClientOptions apiKey() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.apiKey("ABCDEFGH12345678", secretOf("KSQLDB_SECRET"));
    return options;
}

ksqldb::ClientOptions token() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.credentials(ksqldb::Credentials::bearer(secretOf("KSQLDB_TOKEN")));
    return options;
}

ksqldb::ClientOptions provider() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.credentials([] {
        return ksqldb::Credentials::bearer(readTokenFromVault())
            .expiresIn(std::chrono::minutes(10));
    });
    return options;
}

ksqldb::ClientOptions oauth() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.credentials(ksqldb::OAuthClientCredentials("https://login.example.com/oauth2/token",
                                                       "trading-backend", secretOf("CLIENT_SECRET"))
                            .scope("ksql")
                            .parameter("audience", "https://ksqldb.example.com"));
    return options;
}

ksqldb::ClientOptions requestHeader() {
    ksqldb::ClientOptions options("https://ksqldb.example.com");
    options.requestHeader("X-Tenant", "plant-7");
    return options;
}

const std::map<std::string, ksqldb::ClientOptions (*)()> recipes{
    {"ingress", ingress},
    {"unix-socket", unixSocket},
    {"proxy", proxy},
    {"addresses", addresses},
    {"own-authority", ownAuthority},
    {"client-certificate", clientCertificate},
    {"pinned-key", pinnedKey},
    {"api-key", apiKey},
    {"token", token},
    {"provider", provider},
    {"oauth", oauth},
    {"request-header", requestHeader},
};

}  // namespace

int main(int argc, char** argv) try {
    const auto recipe = recipes.find(argc > 1 ? argv[1] : "");
    if (recipe == recipes.end()) {
        for (const auto& [name, make] : recipes) {
            const ksqldb::Client client(make());  // throws for options that cannot be right
            std::cout << name << '\n';
        }
        return 0;
    }
    ksqldb::Client client(recipe->second());
    std::cout << "ksqlDB " << client.serverInfo().get().version << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
