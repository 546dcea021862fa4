// An address that is taken is one whose base is taken for itself; a proxy that is exempt stays so
// with more exemptions; and no text about either shows a password.
#include "input.h"
#include "transport/proxy.h"
#include "transport/url.h"

#include <stdlib.h>

#include <memory>

using namespace ksqldb;
using fuzz::require;
using transport::ConnectionSettings;
using transport::ServerUrl;

namespace {

constexpr std::string_view password = "s3cret-0f-the-us3r";

void requireNoPassword(std::string_view text) {
    require(text.find(password) == std::string_view::npos);
}

void checkServer(const std::string& text) {
    ServerUrl url;
    if (const auto refused = fuzz::refusalOf([&] { url = transport::parseServerUrl(text); })) {
        require(refused->code() == ErrorCode::InvalidArgument);
        return;
    }
    const ServerUrl again = transport::parseServerUrl(url.base);
    require(again.isTls == url.isTls);
    if (!url.unixSocket.empty()) {
        require(text == "unix://" + url.unixSocket && url.base == "http://localhost");
        return;
    }
    require(again.base == url.base && again.unixSocket.empty());
    require(url.base.starts_with(url.isTls ? "https://" : "http://"));
    require(url.base.back() != '/');
    const std::string host = transport::hostOf(url.base);
    require(!host.empty() && host == transport::hostOf(url.base + "/"));
    require(transport::isTlsUrl(url.base, "a base") == url.isTls);
}

/// The user's part of a URL goes to its last '@'. A host that has the password's name is no secret.
void checkPassword(const std::string& before, const std::string& behind) {
    if ((before + behind).find(password) != std::string::npos) return;
    const std::string url = before + ":" + std::string(password) + "@" + behind;
    for (const auto& call : {+[](const std::string& it) { (void)transport::parseServerUrl(it); },
                             +[](const std::string& it) { (void)transport::isTlsUrl(it, "it"); },
                             +[](const std::string& it) { transport::checkProxyUrl(it); }})
        if (const auto refused = fuzz::refusalOf([&] { call(url); }))
            requireNoPassword(refused->toString());
    setenv("http_proxy", url.c_str(), 1);
    ConnectionSettings connection;
    connection.baseUrl = "http://db.example.com:8088";
    requireNoPassword(transport::proxyInUse(connection));
    unsetenv("http_proxy");
}

bool isExempt(const std::string& base, const std::string& list) {
    transport::RouteSettings route;
    route.proxy = "http://proxy:3128";
    route.noProxy = list;
    ConnectionSettings connection;
    connection.baseUrl = base;
    connection.route = std::make_shared<transport::RouteSettings>(route);
    return transport::proxyInUse(connection).empty();
}

void checkExemptions(const std::string& hostText, const std::string& list) {
    ServerUrl url;
    if (fuzz::refusalOf([&] { url = transport::parseServerUrl("http://" + hostText); })) return;
    const std::string host = transport::hostOf(url.base);
    const bool isFree = isExempt(url.base, list);
    require(isExempt(url.base, "*"));
    require(!isExempt(url.base, ""));
    if (list == "*") return;  // beside others it is nothing
    require(isExempt(url.base, " ," + list + ", ") == isFree);
    if (isFree) require(isExempt(url.base, list + ",x.invalid"));
    // It is itself, where no sign of the list's cuts it, and no dot at its end makes it a name.
    if (host.find_first_of(" ,/%") == std::string::npos && host.front() != '.' &&
        host.back() != '.')
        require(isExempt(url.base, "x.invalid," + host));
    (void)transport::isLoopback(host);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    const std::string first = input.ConsumeBytesAsString(fuzz::takeNumber(input, 255));
    const std::string second = input.ConsumeRemainingBytesAsString();
    checkServer(first);
    checkServer("https://" + first);
    checkPassword(first, second);
    checkPassword("http://user", second);
    checkPassword("http://user" + first, second);
    checkExemptions(first, second);

    const std::string encoded = transport::formEncoded(first);
    require(encoded.find_first_of(" &=+?#/") == std::string::npos);
    return 0;
}
