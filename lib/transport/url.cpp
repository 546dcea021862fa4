#include "transport/url.h"

#include <ksqldb/error.h>

#include <curl/curl.h>
#include <sys/un.h>

#include <algorithm>
#include <memory>
#include <new>

namespace ksqldb::transport {

namespace {

constexpr std::string_view unixScheme = "unix://";
constexpr std::size_t longestSocketPath = sizeof(sockaddr_un::sun_path) - 1;

struct UrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

class ParsedUrl {
public:
    explicit ParsedUrl(const std::string& text) : url_(curl_url()) {
        isGood_ = curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
    }
    bool isGood() const { return isGood_; }
    bool hasCredentials() const {
        return !part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty();
    }
    std::string part(CURLUPart which) const {
        char* text = nullptr;
        if (curl_url_get(url_.get(), which, &text, 0) != CURLUE_OK) return {};
        const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
        return text;
    }

private:
    std::unique_ptr<CURLU, UrlDeleter> url_;
    bool isGood_;
};

bool hasControl(const std::string& text) {
    return std::any_of(text.begin(), text.end(),
                       [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

void require(bool condition, const std::string& what) {
    if (!condition) throw Error(ErrorCode::InvalidArgument, "the server's address " + what);
}

}  // namespace

ServerUrl parseServerUrl(const std::string& text) {
    require(!hasControl(text), "holds a control character");
    if (text.rfind(unixScheme, 0) == 0) {
        const std::string path = text.substr(unixScheme.size());
        require(path.size() > 1 && path.front() == '/', "names no socket: unix:///path");
        require(path.size() <= longestSocketPath, "names a socket with a path of more than " +
                                                      std::to_string(longestSocketPath) +
                                                      " bytes, which the system does not take");
        return {"http://localhost", false, path};
    }
    const ParsedUrl url(text);
    require(url.isGood(), "is no URL of the form http[s]://host[:port][/path]");
    const std::string scheme = url.part(CURLUPART_SCHEME);
    require(scheme == "http" || scheme == "https", "begins with neither http:// nor https://");
    require(!url.hasCredentials(), "holds credentials; they belong to ClientOptions::credentials");
    require(url.part(CURLUPART_QUERY).empty() && url.part(CURLUPART_FRAGMENT).empty(),
            "has a query or a fragment");
    std::string path = url.part(CURLUPART_PATH);
    while (!path.empty() && path.back() == '/') path.pop_back();
    const bool isTls = scheme == "https";
    std::string port = url.part(CURLUPART_PORT);
    if (port.empty()) port = isTls ? "443" : "8088";
    std::string host = url.part(CURLUPART_HOST);
    for (char& c : host)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    // libcurl keeps apart which network a link-local address is of.
    const std::string zone = url.part(CURLUPART_ZONEID);
    if (!zone.empty()) host.insert(host.size() - 1, "%25" + zone);
    return {scheme + "://" + host + ":" + port + path, isTls};
}

std::string hostOf(const std::string& url) { return ParsedUrl(url).part(CURLUPART_HOST); }

std::string plainUrl(std::string_view host, unsigned port) {
    const bool isIpv6 = host.find(':') != std::string_view::npos && host.front() != '[';
    std::string name = isIpv6 ? "[" + std::string(host) + "]" : std::string(host);
    const std::size_t zone = name.find('%');
    if (zone != std::string::npos && name.compare(zone, 3, "%25") != 0) name.insert(zone + 1, "25");
    return "http://" + name + ":" + std::to_string(port);
}

bool isTlsUrl(const std::string& text, const std::string& what) {
    const ParsedUrl url(text);
    const std::string scheme = url.isGood() ? url.part(CURLUPART_SCHEME) : std::string();
    if (hasControl(text) || (scheme != "http" && scheme != "https") || url.hasCredentials())
        throw Error(
            ErrorCode::InvalidArgument,
            what + " is no URL that begins with http:// or https:// and has no credentials");
    return scheme == "https";
}

std::string formEncoded(std::string_view text) {
    if (text.empty()) return {};  // to libcurl 0 is a length to be found
    char* const encoded = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
    if (encoded == nullptr) throw std::bad_alloc();
    const std::unique_ptr<char, decltype(&curl_free)> owned(encoded, &curl_free);
    return encoded;
}

std::string formDecoded(const std::string& text) {
    int size = 0;
    char* const decoded =
        curl_easy_unescape(nullptr, text.c_str(), static_cast<int>(text.size()), &size);
    if (decoded == nullptr) throw std::bad_alloc();
    const std::unique_ptr<char, decltype(&curl_free)> owned(decoded, &curl_free);
    return {decoded, static_cast<std::size_t>(size)};
}

}  // namespace ksqldb::transport
