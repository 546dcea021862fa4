#include "transport/proxy.h"

#include "transport/url.h"

#include <ksqldb/error.h>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

namespace ksqldb::transport {

namespace {

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// An empty variable is none.
const char* valueOf(const char* variable) {
    // As libcurl itself reads it. Who changes the environment meanwhile harms both.
    const char* const value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
    return value != nullptr && *value != '\0' ? value : nullptr;
}

std::string_view withoutBrackets(std::string_view host) {
    const bool has = host.size() > 2 && host.front() == '[' && host.back() == ']';
    return has ? host.substr(1, host.size() - 2) : host;
}

struct Address {
    std::array<unsigned char, 16> bytes{};
    std::size_t size = 0;
};

std::optional<Address> addressOf(std::string_view text) {
    Address address;
    const std::string copy(text.substr(0, text.find('%')));
    if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1)
        address.size = 4;
    else if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1)
        address.size = 16;
    else
        return std::nullopt;
    return address;
}

bool isInNetwork(const Address& address, std::string_view entry) {
    const std::size_t slash = entry.find('/');
    const auto network = addressOf(withoutBrackets(entry.substr(0, slash)));
    if (!network || network->size != address.size) return false;
    std::size_t bits = 8 * address.size;
    if (slash != std::string_view::npos) {
        const std::size_t given =
            std::strtoul(std::string(entry.substr(slash + 1)).c_str(), nullptr, 10);
        if (given > bits) return false;
        if (given != 0) bits = given;  // as to libcurl, 0 and no number are no network
    }
    for (std::size_t i = 0; i < bits; ++i) {
        const auto mask = static_cast<unsigned char>(0x80U >> (i % 8));
        if (((address.bytes[i / 8] ^ network->bytes[i / 8]) & mask) != 0) return false;
    }
    return true;
}

/// As libcurl 8 takes an entry of no_proxy: a domain and all below it, an address, a network.
bool isExempt(const std::string& host, const std::optional<Address>& address,
              std::string_view entry) {
    if (address) return isInNetwork(*address, entry);
    std::string domain = lowered(entry.substr(entry.front() == '.' ? 1 : 0));
    if (!domain.empty() && domain.back() == '.') domain.pop_back();
    if (domain.empty() || host.size() < domain.size()) return false;
    const std::size_t at = host.size() - domain.size();
    return host.compare(at, domain.size(), domain) == 0 && (at == 0 || host[at - 1] == '.');
}

std::string environmentsNoProxy() {
    const char* list = valueOf("no_proxy");
    if (list == nullptr) list = valueOf("NO_PROXY");
    return list != nullptr ? list : "";
}

std::vector<std::string_view> entriesOf(std::string_view list) {
    std::vector<std::string_view> entries;
    while (true) {
        list.remove_prefix(std::min(list.find_first_not_of(" ,\t"), list.size()));
        if (list.empty()) return entries;
        entries.push_back(list.substr(0, list.find_first_of(" ,\t")));
        list.remove_prefix(entries.back().size());
    }
}

bool isExemptFromProxies(std::string_view asInUrl, std::string_view list) {
    if (list == "*") return true;  // as to libcurl, beside others it is none
    std::string host = lowered(withoutBrackets(asInUrl));
    if (!host.empty() && host.back() == '.') host.pop_back();
    const auto address = addressOf(host);
    const auto entries = entriesOf(list);
    return std::any_of(entries.begin(), entries.end(),
                       [&](std::string_view entry) { return isExempt(host, address, entry); });
}

}  // namespace

bool isIpAddress(std::string_view text) {
    return text.find('%') == std::string_view::npos && addressOf(withoutBrackets(text));
}

bool isLoopback(std::string_view asInUrl) {
    std::string host = lowered(withoutBrackets(asInUrl));
    if (!host.empty() && host.back() == '.') host.pop_back();
    constexpr std::string_view name = "localhost";
    if (host == name) return true;
    if (host.size() > name.size() && host.ends_with(std::string(".") + std::string(name)))
        return true;
    const auto address = addressOf(host);
    return address && (isInNetwork(*address, "127.0.0.0/8") || isInNetwork(*address, "::1") ||
                       isInNetwork(*address, "::ffff:127.0.0.0/104"));
}

namespace {

std::string withoutCredentials(std::string_view proxy) {
    // The last '@', whatever is before it: a password may hold a slash.
    const std::size_t scheme = proxy.find("://");
    const std::size_t user = proxy.rfind('@');
    if (user != std::string_view::npos)
        proxy = proxy.substr(user + 1);
    else if (scheme != std::string_view::npos)
        proxy = proxy.substr(scheme + 3);
    return std::string(proxy.substr(0, proxy.find('/')));
}

struct UsedProxy {
    std::string url{};  // with all that stands in it
    std::string source{};
};

UsedProxy environmentProxy(bool isTls) {
    // In capitals, HTTP_PROXY is a header of a request to a CGI program, and no setting.
    for (const char* const name : {isTls ? "https_proxy" : "http_proxy", isTls ? "HTTPS_PROXY" : "",
                                   "all_proxy", "ALL_PROXY"}) {
        const char* const value = valueOf(name);
        if (value != nullptr) return {value, name};
    }
    return {};
}

UsedProxy usedProxy(const ConnectionSettings& connection) {
    const RouteSettings& route = *connection.route;
    const bool isDirect = route.proxy && route.proxy->empty();
    if (!connection.unixSocket.empty() || isDirect) return {};
    const std::string host = hostOf(connection.baseUrl);
    if (!route.proxy && isLoopback(host)) return {};
    const std::string exempt =
        route.proxy ? route.noProxy.value_or("") : route.noProxy.value_or(environmentsNoProxy());
    if (isExemptFromProxies(host, exempt)) return {};
    return route.proxy ? UsedProxy{*route.proxy, "proxy()"} : environmentProxy(connection.isTls);
}

}  // namespace

std::string proxyInUse(const ConnectionSettings& connection) {
    const UsedProxy proxy = usedProxy(connection);
    return proxy.url.empty() ? "" : withoutCredentials(proxy.url) + ", from " + proxy.source;
}

bool isProxyTls(const ConnectionSettings& connection) {
    return lowered(usedProxy(connection).url).starts_with("https:");
}

void checkProxyUrl(const std::string& url) {
    const auto require = [](bool condition, const char* what) {
        if (!condition)
            throw Error(ErrorCode::InvalidArgument, std::string("the proxy's address ") + what);
    };
    require(std::none_of(url.begin(), url.end(),
                         [](unsigned char c) { return c <= 0x20 || c == 0x7F; }),
            "holds a blank or a control character");
    constexpr std::array<std::string_view, 6> schemes{"http://",    "https://",  "socks4://",
                                                      "socks4a://", "socks5://", "socks5h://"};
    const bool isKnown = std::any_of(schemes.begin(), schemes.end(), [&](std::string_view scheme) {
        return url.size() > scheme.size() && url.starts_with(scheme);
    });
    require(isKnown,
            "is neither direct, nor begins with http://, https://, socks4://, socks4a://, "
            "socks5:// or socks5h:// and a host");
    require(url.find('@') == std::string::npos,
            "holds credentials; they are arguments of their own");
}

void checkNoProxy(std::string_view list) {
    if (list == "*") return;
    for (const std::string_view entry : entriesOf(list)) {
        if (entry.find('*') != std::string_view::npos)
            throw Error(ErrorCode::InvalidArgument,
                        "noProxy takes * only alone; a name is for all below it, too");
        if (entry.find(':') != std::string_view::npos &&
            !addressOf(withoutBrackets(entry.substr(0, entry.find('/')))))
            throw Error(ErrorCode::InvalidArgument,
                        "noProxy takes names and addresses without a port");
    }
}

}  // namespace ksqldb::transport
