#include "connection.h"

#include "text_file.h"
#include "wait.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace shell {

namespace {

constexpr std::size_t longestSecret = 65'536;

/// The file's text without the line end behind it.
std::string secretIn(const std::string& path) {
    std::string text;
    try {
        text = textOf(path, longestSecret + 1);
    } catch (const std::system_error& error) {
        throw UsageError("cannot read " + path + ": " + error.what());
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) throw UsageError("nothing is in " + path);
    if (text.size() > longestSecret) throw UsageError("too long for a secret: " + path);
    return text;
}

void setCredentials(ksqldb::ClientOptions& out, const Options& options,
                    const Environment& environment, const AskSecret& askSecret) {
    using ksqldb::Credentials;
    if (!options.user.empty()) {
        std::string password;
        if (!options.passwordFile.empty())
            password = secretIn(options.passwordFile);
        else if (const auto given = environment("KSQLDB_PASSWORD"))
            password = *given;
        else
            password = askSecret("Password for " + options.user + ": ");
        out.credentials(Credentials::basic(options.user, std::move(password)));
    } else if (!options.tokenFile.empty()) {
        // A token that is renewed is read again.
        secretIn(options.tokenFile);
        out.credentials(ksqldb::CredentialProvider(
            [path = options.tokenFile] { return Credentials::bearer(secretIn(path)); }));
    } else if (const auto token = environment("KSQLDB_TOKEN")) {
        out.credentials(Credentials::bearer(*token));
    } else if (const auto key = environment("KSQLDB_API_KEY")) {
        const auto secret = environment("KSQLDB_API_SECRET");
        if (!secret) throw UsageError("KSQLDB_API_KEY is set, KSQLDB_API_SECRET is not");
        out.apiKey(*key, *secret);
    }
}

/// The terminal without echo, as long as it lives.
class Silent {
public:
    explicit Silent(int terminal) : terminal_(terminal) {
        ::tcgetattr(terminal_, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        ::tcsetattr(terminal_, TCSAFLUSH, &silent);
    }
    Silent(const Silent&) = delete;
    Silent& operator=(const Silent&) = delete;
    ~Silent() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }

private:
    int terminal_;
    termios before_{};
};

struct Descriptor {
    int value;
    ~Descriptor() { ::close(value); }
};

}  // namespace

ksqldb::ClientOptions connectionOf(const Options& options, const Environment& environment,
                                   const AskSecret& askSecret) {
    ksqldb::ClientOptions out;
    if (options.urls.size() == 1)
        out = ksqldb::ClientOptions(options.urls.front());
    else
        out.servers(options.urls);
    setCredentials(out, options, environment, askSecret);
    if (options.allowsPlainHttp) out.allowCredentialsOverPlainHttp();
    ksqldb::TlsOptions tls;
    if (!options.caFile.empty()) tls.caFile(options.caFile);
    if (!options.certificateFile.empty())
        tls.clientCertificateFile(options.certificateFile, options.keyFile,
                                  environment("KSQLDB_KEY_PASSWORD").value_or(""));
    out.tls(tls);
    if (!options.proxy.empty()) {
        std::string password;
        if (!options.proxyUser.empty()) {
            const auto given = environment("KSQLDB_PROXY_PASSWORD");
            password = given ? *given : askSecret("Password of the proxy: ");
        }
        out.proxy(options.proxy, options.proxyUser, std::move(password));
    }
    for (const auto& [name, value] : options.headers) out.requestHeader(name, value);
    if (options.timeout) out.requestTimeout(*options.timeout);
    // A statement that follows another sees what that did, also on another server.
    out.readOwnWrites();
    return out;
}

std::string askAtTerminal(const std::string& question) {
    const Descriptor terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC)};
    if (terminal.value < 0)
        throw UsageError(question + "there is no terminal to ask at. See --help for secrets.");
    std::string secret;
    const Silent silent(terminal.value);
    [[maybe_unused]] const auto asked = ::write(terminal.value, question.data(), question.size());
    while (true) {
        const Woken woken = waitForInput(terminal.value);
        if (woken == Woken::Interrupted) throw CalledOff{woken};
        if (woken != Woken::Ready) continue;
        char c = 0;
        const auto got = ::read(terminal.value, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || c == '\n') return secret;
        if (secret.size() < longestSecret) secret += c;
    }
}

}  // namespace shell
