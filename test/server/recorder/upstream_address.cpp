#include "upstream_address.h"

#include "../base64.h"

#include <curl/curl.h>

#include <memory>
#include <new>
#include <stdexcept>

namespace ksqldb::server {

namespace {

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

/// A part of the address; empty if it has none.
std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
    std::string result = text;
    curl_free(text);
    return result;
}

}  // namespace

std::string UpstreamAddress::authority() const {
    const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
    return port == (tls ? 443 : 80) ? name : name + ':' + std::to_string(port);
}

std::string UpstreamAddress::text() const {
    return (tls ? "https://" : "http://") + authority() + basePath;
}

UpstreamAddress parsedUpstream(const std::string& text) {
    const Url url(curl_url());
    if (!url) throw std::bad_alloc();
    if (const auto code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0))
        throw std::invalid_argument(std::string("the address cannot be read: ") +
                                    curl_url_strerror(code));
    UpstreamAddress address;
    const std::string scheme = part(url, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        throw std::invalid_argument("the address begins with neither http:// nor https://");
    if (!part(url, CURLUPART_QUERY).empty() || !part(url, CURLUPART_FRAGMENT).empty())
        throw std::invalid_argument("the address has a query or a fragment");
    address.tls = scheme == "https";
    address.host = part(url, CURLUPART_HOST);
    if (address.host.front() == '[') address.host = address.host.substr(1, address.host.size() - 2);
    address.port =
        static_cast<std::uint16_t>(std::stoul(part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)));
    address.basePath = part(url, CURLUPART_PATH);
    while (address.basePath.ends_with('/')) address.basePath.pop_back();
    const std::string user = part(url, CURLUPART_USER, CURLU_URLDECODE);
    const std::string password = part(url, CURLUPART_PASSWORD, CURLU_URLDECODE);
    if (!user.empty() || !password.empty()) address.credentials = toBase64(user + ':' + password);
    return address;
}

}  // namespace ksqldb::server
