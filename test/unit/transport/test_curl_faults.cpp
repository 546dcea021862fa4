// Each call of libcurl's fails once, in each way that makes sense, while a transfer runs.
#include "base/error_builder.h"
#include "faulty_curl.h"
#include "loop_test.h"
#include "transport/authorizer.h"
#include "transport/curl_error.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using transport::BodySource;
using Fault = FaultyCurl::Fault;
using Site = FaultyCurl::Site;

/// How a transfer is to go where nothing fails. What it does while it runs is done by its own
/// handler, so that nobody waits for what a failure prevents.
struct Scenario {
    std::function<std::shared_ptr<Probe>(EventLoop&)> start;
    Kind end = Kind::Complete;
    int status = 200;
    bool isRepeated = false;  // how its first attempt ends does not matter then
};

std::shared_ptr<Probe> begin(EventLoop& loop, EventLoop::TransferId id, HttpRequest request,
                             std::shared_ptr<Probe> probe = std::make_shared<Probe>()) {
    loop.start(id, std::move(request), probe);
    return probe;
}

/// Always the same, and perhaps always worth another try.
class Authorizer : public transport::Authorizer {
public:
    explicit Authorizer(bool renews = false) : renews_(renews) {}
    std::optional<transport::Credentials> credentialsFor(std::uint64_t) override {
        return transport::Credentials{"tom", "secret", {}};
    }
    bool refused(const transport::Credentials&) override { return renews_; }
    bool mayRenew() const override { return renews_; }

private:
    const bool renews_;
};

HttpRequest requestTo(const std::string& url) {
    auto connection = std::make_shared<transport::ConnectionSettings>();
    connection->baseUrl = url;
    HttpRequest request;
    request.connection = connection;
    request.method = "GET";
    request.path = "/info";
    request.headers = {{"Accept", "*/*"}};
    request.authorizer = std::make_shared<Authorizer>();
    return request;
}

/// With options that few set. Those of TLS matter to no plain http, but are set all the same.
HttpRequest requestWithManyOptions(const std::string& url) {
    HttpRequest request = requestTo(url);
    auto connection = std::make_shared<transport::ConnectionSettings>(*request.connection);
    auto tls = std::make_shared<transport::TlsSettings>();
    tls->caPem = tls->certificatePem = tls->keyPem = "PEM";
    tls->keyPassword = "secret";
    tls->pinnedKeys = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    connection->tls = tls;
    auto route = std::make_shared<transport::RouteSettings>();
    route->proxy = "";
    route->resolve = {"one.example:1:127.0.0.1", "two.example:2:127.0.0.1"};
    route->addresses = transport::RouteSettings::Addresses::Ipv4;
    connection->route = route;
    request.connection = connection;
    request.ownConnection = true;
    return request;
}

/// Has nothing at first, and asks to be read again.
class LateSource : public BodySource {
public:
    explicit LateSource(std::function<void()> askAgain) : askAgain_(std::move(askAgain)) {}

    Piece read(char* into, std::size_t) override {
        switch (reads_++) {
            case 0:
                askAgain_();
                return {Kind::Wait};
            case 1:
                *into = '!';
                return {Kind::Data, 1};
            default:
                return {Kind::End};
        }
    }
    std::optional<std::uint64_t> size() const override { return std::nullopt; }

private:
    const std::function<void()> askAgain_;
    int reads_ = 0;
};

bool endsTransfer(const Fault& fault) {
    switch (fault.site) {
        case Site::Setopt:
            // An older libcurl has none.
            if (fault.option == CURLOPT_QUICK_EXIT) return fault.code != CURLE_UNKNOWN_OPTION;
            // Not every TLS has a folder of authorities.
            return fault.option != CURLOPT_CAPATH || fault.code != CURLE_NOT_BUILT_IN;
        case Site::Getinfo:
            return fault.option == CURLINFO_RESPONSE_CODE ||
                   fault.option == CURLINFO_HTTP_VERSION || fault.option == CURLINFO_RETRY_AFTER;
        case Site::RemoveHandle:
        case Site::Poll:
        case Site::Wakeup:
            return false;
        default:
            return true;
    }
}

ErrorCode codeOf(const Fault& fault, bool hadHead) {
    const auto unless = [&](int noMemory, ErrorCode code) {
        return fault.code == noMemory ? ErrorCode::NoMemory : code;
    };
    switch (fault.site) {
        case Site::Setopt:
            return unless(CURLE_OUT_OF_MEMORY, ErrorCode::Unsupported);
        case Site::Getinfo:
            return unless(CURLE_OUT_OF_MEMORY, ErrorCode::InternalError);
        case Site::Header:
            return unless(CURLHE_OUT_OF_MEMORY, ErrorCode::InternalError);
        case Site::MultiSetopt:
        case Site::AddHandle:
        case Site::Drive:
            return unless(CURLM_OUT_OF_MEMORY, ErrorCode::InternalError);
        case Site::Pause:
        case Site::Result:
            return transport::errorFromCurl({.result = static_cast<CURLcode>(fault.code),
                                             .hadHead = hadHead,
                                             .wasSent = hadHead})
                .code();
        case Site::Wakeup:
            return ErrorCode::NoDescriptor;
        default:
            return ErrorCode::NoMemory;
    }
}

std::optional<ErrorCode> codeOf(const transport::TransferEnd& end) {
    if (end.error) return end.error->code();
    if (!end.exception) return std::nullopt;
    try {
        std::rethrow_exception(end.exception);
    } catch (...) {
        return base::currentError().code();
    }
}

class CurlFaults : public ::testing::TestWithParam<MultiDriver::Kind> {
protected:
    /// With each call failing in each way, until all calls that are made have had their turn.
    void failEach(const Scenario& scenario) {
        for (int site = 0; site < FaultyCurl::sites; ++site)
            failEach(static_cast<Site>(site), scenario);
    }

    void failEach(Site site, const Scenario& scenario) {
        // How often the loop goes round differs from time to time.
        for (int call = 1, unused = 0; unused < 3; ++call) {
            for (std::size_t way = 0;; ++way) {
                FaultyCurl curl(site, call, way);
                run(scenario, curl);
                EXPECT_EQ(curl.easyMade, curl.easyEnded);
                EXPECT_EQ(curl.multiMade, curl.multiEnded);
                EXPECT_EQ(curl.added, curl.removed);
                const auto fault = curl.fault();
                unused = fault ? 0 : unused + 1;
                if (fault) seen_.insert(fault->site);
                if (testing::Test::HasFailure()) {
                    FAIL() << "call " << call << " of the kind "
                           << (fault ? static_cast<int>(fault->site) : -1) << ", option "
                           << (fault ? fault->option : 0) << ", with the code "
                           << (fault ? fault->code : 0);
                }
                if (!fault || fault->isLast) break;
            }
        }
    }

    void run(const Scenario& scenario, FaultyCurl& curl) {
        std::unique_ptr<EventLoop> loop;
        try {
            loop = std::make_unique<EventLoop>(
                std::chrono::microseconds(0), [] {}, curl, GetParam());
        } catch (const Error& error) {
            const auto fault = curl.fault();
            ASSERT_TRUE(fault);
            EXPECT_EQ(error.code(), codeOf(*fault, false)) << error.what();
            return;
        }
        const auto probe = scenario.start(*loop);
        const bool hasEnded = probe->waitForEnd();
        EXPECT_TRUE(hasEnded);
        const auto fault = curl.fault();
        if (fault && hasEnded) {  // the loop goes on
            const auto next = begin(*loop, loop->newId(), requestTo(server_.url()));
            EXPECT_TRUE(next->waitForEnd());
            EXPECT_EQ(next->status(), 200);
            EXPECT_EQ(next->received(), "hello");
        }
        loop->shutDown();
        loop->join();
        expectEnd(*probe, scenario, fault);
    }

    void expectEnd(const Probe& probe, const Scenario& scenario,
                   const std::optional<Fault>& fault) {
        ASSERT_EQ(probe.ends().size(), 1U);
        const transport::TransferEnd end = probe.ends()[0];
        const auto code = codeOf(end);
        const bool wentWell = end.kind == scenario.end && end.status == scenario.status;
        // In a round in which libcurl had done all before, it makes no difference.
        const bool mayGoWell =
            fault && (fault->site == Site::Drive || scenario.end == Kind::Failed ||
                      (fault->site == Site::Result && scenario.isRepeated));
        if (mayGoWell && wentWell && (!code || *code == ErrorCode::ConnectFailed)) return;
        if (!fault || !endsTransfer(*fault)) {
            EXPECT_TRUE(wentWell) << static_cast<int>(end.kind) << ", " << end.status;
            return;
        }
        ASSERT_TRUE(code) << static_cast<int>(end.kind) << ", " << end.status;
        EXPECT_EQ(*code, codeOf(*fault, scenario.status != 0));
        ++errors_[fault->site];
    }

    const TinyServer server_{answer};
    std::set<Site> seen_;
    std::map<Site, int> errors_;
};

INSTANTIATE_TEST_SUITE_P(Waiting, CurlFaults, waysToWait, nameOfWay);

TEST_P(CurlFaults, OfACall) {
    failEach(
        {[&](EventLoop& loop) { return begin(loop, loop.newId(), requestTo(server_.url())); }});
    for (const Site site :
         {Site::EasyInit, Site::Setopt, Site::Getinfo, Site::Header, Site::SlistAppend,
          Site::MultiInit, Site::AddHandle, Site::RemoveHandle, Site::Drive, Site::Result})
        EXPECT_TRUE(seen_.count(site)) << static_cast<int>(site);
    EXPECT_EQ(errors_[Site::Result], CURL_LAST - 1);
    EXPECT_GT(errors_[Site::Drive], 0);
    const bool polls = GetParam() == MultiDriver::Kind::Poll;
    EXPECT_EQ(seen_.count(Site::Poll), polls);
    EXPECT_EQ(seen_.count(Site::Wakeup), polls);
    EXPECT_EQ(seen_.count(Site::MultiSetopt), !polls);
}

TEST_P(CurlFaults, OfAStreamThatIsPausedAndResumed) {
    failEach({[&](EventLoop& loop) {
        const auto probe = std::make_shared<Probe>();
        const auto id = loop.newId();
        probe->body = [&loop, id, pauses = 0](std::string_view) mutable {
            if (++pauses > 2) return Taken::All;
            loop.resume(id);
            return Taken::Nothing;
        };
        return begin(loop, id, requestTo(server_.url()), probe);
    }});
    EXPECT_GT(errors_[Site::Pause], 0);
}

TEST_P(CurlFaults, OfABodyThatIsMadeWhileItIsSent) {
    failEach({[&](EventLoop& loop) {
        const auto id = loop.newId();
        HttpRequest request = requestTo(server_.url());
        request.method = "POST";
        request.body = std::make_shared<LateSource>([&loop, id] { loop.resumeSending(id); });
        return begin(loop, id, std::move(request));
    }});
    EXPECT_GT(errors_[Site::Pause], 0);
}

TEST_P(CurlFaults, OfACallThatIsCancelled) {
    const TinyServer talking(openAnswer);
    failEach({[&](EventLoop& loop) {
                  const auto probe = std::make_shared<Probe>();
                  const auto id = loop.newId();
                  probe->body = [&loop, id](std::string_view) {
                      loop.cancel(id);
                      return Taken::All;
                  };
                  return begin(loop, id, requestTo(talking.url()), probe);
              },
              Kind::Cancelled});
    EXPECT_TRUE(seen_.count(Site::RemoveHandle));
}

TEST_P(CurlFaults, OfAnAnswerThatAsksForPatience) {
    const TinyServer busy(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
    failEach({[&](EventLoop& loop) { return begin(loop, loop.newId(), requestTo(busy.url())); },
              Kind::Complete, 503});
}

TEST_P(CurlFaults, OfACallWithManyOptions) {
    failEach({[&](EventLoop& loop) {
        return begin(loop, loop.newId(), requestWithManyOptions(server_.url()));
    }});
}

TEST_P(CurlFaults, OfACallThatIsMadeAgainWithOtherCredentials) {
    const TinyServer strict("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    failEach({[&](EventLoop& loop) {
                  HttpRequest request = requestTo(strict.url());
                  request.authorizer = std::make_shared<Authorizer>(true);
                  return begin(loop, loop.newId(), std::move(request));
              },
              Kind::Complete, 401, true});
}

TEST_P(CurlFaults, OfACallThatIsRefused) {
    const std::string nobody = TinyServer::refusingUrl();
    failEach({[&](EventLoop& loop) { return begin(loop, loop.newId(), requestTo(nobody)); },
              Kind::Failed, 0});
}

}  // namespace
}  // namespace ksqldb::test
