#include "transport/url.h"

#include <ksqldb/error.h>

#include <curl/curl.h>

#include <memory>

namespace ksqldb::transport {

namespace {

struct UrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

class ParsedUrl {
public:
    explicit ParsedUrl(const std::string& text) : url_(curl_url()) {
        if (curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
            throw Error(ErrorCode::InvalidArgument,
                        "the server's address is no URL of the form http[s]://host[:port]");
    }
    std::string part(CURLUPart which) const {
        char* text = nullptr;
        if (curl_url_get(url_.get(), which, &text, 0) != CURLUE_OK) return {};
        const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
        return text;
    }

private:
    std::unique_ptr<CURLU, UrlDeleter> url_;
};

void require(bool condition, const std::string& what) {
    if (!condition) throw Error(ErrorCode::InvalidArgument, "the server's address " + what);
}

}  // namespace

ServerUrl parseServerUrl(const std::string& text) {
    const ParsedUrl url(text);
    const std::string scheme = url.part(CURLUPART_SCHEME);
    require(scheme == "http" || scheme == "https", "begins with neither http:// nor https://");
    require(url.part(CURLUPART_USER).empty() && url.part(CURLUPART_PASSWORD).empty(),
            "holds credentials; they belong to ClientOptions::apiKey");
    const std::string path = url.part(CURLUPART_PATH);
    require((path.empty() || path == "/") && url.part(CURLUPART_QUERY).empty() &&
                url.part(CURLUPART_FRAGMENT).empty(),
            "has a path, query or fragment");
    const bool isTls = scheme == "https";
    std::string port = url.part(CURLUPART_PORT);
    if (port.empty()) port = isTls ? "443" : "8088";
    std::string host = url.part(CURLUPART_HOST);
    // libcurl keeps apart which network a link-local address is of.
    const std::string zone = url.part(CURLUPART_ZONEID);
    if (!zone.empty()) host.insert(host.size() - 1, "%25" + zone);
    return {scheme + "://" + host + ":" + port, isTls};
}

std::string hostOf(const std::string& url) { return ParsedUrl(url).part(CURLUPART_HOST); }

std::string plainUrl(std::string_view host, unsigned port) {
    const bool isIpv6 = host.find(':') != std::string_view::npos && host.front() != '[';
    std::string name = isIpv6 ? "[" + std::string(host) + "]" : std::string(host);
    const std::size_t zone = name.find('%');
    if (zone != std::string::npos && name.compare(zone, 3, "%25") != 0) name.insert(zone + 1, "25");
    return "http://" + name + ":" + std::to_string(port);
}

}  // namespace ksqldb::transport
