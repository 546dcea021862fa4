#include "transport/proxy.h"

#include "transport/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <optional>

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
    if (slash != std::string_view::npos)
        bits = std::min<std::size_t>(
            bits, std::strtoul(std::string(entry.substr(slash + 1)).c_str(), nullptr, 10));
    for (std::size_t i = 0; i < bits; ++i) {
        const auto mask = static_cast<unsigned char>(0x80U >> (i % 8));
        if (((address.bytes[i / 8] ^ network->bytes[i / 8]) & mask) != 0) return false;
    }
    return true;
}

/// What libcurl makes of an entry of no_proxy: a domain and all below it, an address, a network.
bool isExempt(const std::string& host, const std::optional<Address>& address,
              std::string_view entry) {
    if (entry == "*") return true;
    if (address) return isInNetwork(*address, entry);
    std::string domain = lowered(entry.substr(entry.front() == '.' ? 1 : 0));
    if (!domain.empty() && domain.back() == '.') domain.pop_back();
    if (domain.empty() || host.size() < domain.size()) return false;
    const std::size_t at = host.size() - domain.size();
    return host.compare(at, domain.size(), domain) == 0 && (at == 0 || host[at - 1] == '.');
}

bool isExemptFromProxies(std::string_view asInUrl) {
    const char* list = valueOf("no_proxy");
    if (list == nullptr) list = valueOf("NO_PROXY");
    if (list == nullptr) return false;
    std::string host = lowered(withoutBrackets(asInUrl));
    if (!host.empty() && host.back() == '.') host.pop_back();
    const auto address = addressOf(host);
    std::string_view rest = list;
    while (!rest.empty()) {
        const std::size_t begin = rest.find_first_not_of(" ,");
        if (begin == std::string_view::npos) break;
        const std::size_t end = std::min(rest.find_first_of(" ,", begin), rest.size());
        if (isExempt(host, address, rest.substr(begin, end - begin))) return true;
        rest.remove_prefix(end);
    }
    return false;
}

}  // namespace

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

std::string environmentProxy(const std::string& url) {
    const bool isTls = url.rfind("https:", 0) == 0;
    const std::string host = hostOf(url);
    if (isLoopback(host) || isExemptFromProxies(host)) return {};
    // In capitals, HTTP_PROXY is a header of a request to a CGI program, and no setting.
    for (const char* const name : {isTls ? "https_proxy" : "http_proxy", isTls ? "HTTPS_PROXY" : "",
                                   "all_proxy", "ALL_PROXY"}) {
        const char* const value = valueOf(name);
        if (value == nullptr) continue;
        std::string_view proxy = value;
        proxy = proxy.substr(0, proxy.find('/', std::min(proxy.find("://") + 3, proxy.size())));
        const std::size_t scheme = proxy.find("://");
        const std::size_t user = proxy.rfind('@');
        if (user != std::string_view::npos)
            proxy = proxy.substr(user + 1);
        else if (scheme != std::string_view::npos)
            proxy = proxy.substr(scheme + 3);
        return std::string(proxy) + ", from " + name;
    }
    return {};
}

}  // namespace ksqldb::transport
