#pragma once
#include "loop_probe.h"

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::test {

/// Real libcurl, one call of which fails: the `call`th of its kind, with the `way`th of the codes
/// that make sense there.
class FaultyCurl : public CountingCurl {
public:
    enum class Site {
        EasyInit,
        Setopt,
        Getinfo,
        Header,
        Pause,
        SlistAppend,
        MultiInit,
        MultiSetopt,
        AddHandle,
        RemoveHandle,
        Drive,  // multi_perform or multi_socket_action
        Poll,
        Wakeup,
        Result,  // what info_read says of a transfer
    };
    static constexpr int sites = static_cast<int>(Site::Result) + 1;
    struct Fault {
        Site site;
        int option;   // or info
        int code;     // CURLcode, CURLMcode or CURLHcode
        bool isLast;  // of the ways in which this call may fail
    };

    FaultyCurl(Site site, int call, std::size_t way) : site_(site), call_(call), way_(way) {}

    /// What has failed, if a call has.
    std::optional<Fault> fault() const {
        std::lock_guard lock(mutex_);
        return fault_;
    }

    CURL* easyInit() override { return fails(Site::EasyInit) ? nullptr : CountingCurl::easyInit(); }
    CURLcode easyPause(CURL* easy, int paused) override {
        const auto code = fails(Site::Pause, {CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT,
                                              CURLE_WRITE_ERROR, CURLE_RECV_ERROR});
        return code ? static_cast<CURLcode>(*code) : CountingCurl::easyPause(easy, paused);
    }
    CURLHcode easyHeader(CURL* easy, const char* name, curl_header** header) override {
        const auto code =
            fails(Site::Header, {CURLHE_OUT_OF_MEMORY, CURLHE_BADINDEX, CURLHE_NOREQUEST,
                                 CURLHE_BAD_ARGUMENT, CURLHE_NOT_BUILT_IN});
        return code ? static_cast<CURLHcode>(*code) : CountingCurl::easyHeader(easy, name, header);
    }
    curl_slist* slistAppend(curl_slist* list, const char* text) override {
        return fails(Site::SlistAppend) ? nullptr : CountingCurl::slistAppend(list, text);
    }
    CURLM* multiInit() override {
        return fails(Site::MultiInit) ? nullptr : CountingCurl::multiInit();
    }
    CURLMcode multiAddHandle(CURLM* multi, CURL* easy) override {
        const auto code = failsAsMulti(Site::AddHandle);
        return code ? *code : CountingCurl::multiAddHandle(multi, easy);
    }
    CURLMcode multiRemoveHandle(CURLM* multi, CURL* easy) override {
        const auto code = failsAsMulti(Site::RemoveHandle);
        if (!code) return CountingCurl::multiRemoveHandle(multi, easy);
        ++removed;  // as good as: the handle's end removes it
        return *code;
    }
    CURLMcode multiPerform(CURLM* multi, int* running) override {
        const auto code = failsAsMulti(Site::Drive);
        return code ? *code : CountingCurl::multiPerform(multi, running);
    }
    CURLMcode multiSocketAction(CURLM* multi, curl_socket_t socket, int ready,
                                int* running) override {
        const auto code = failsAsMulti(Site::Drive);
        return code ? *code : CountingCurl::multiSocketAction(multi, socket, ready, running);
    }
    CURLMcode multiPoll(CURLM* multi, int timeoutMs) override {
        const auto code = failsAsMulti(Site::Poll);
        return code ? *code : CountingCurl::multiPoll(multi, timeoutMs);
    }
    CURLMcode multiWakeup(CURLM* multi) override {
        const auto code = fails(Site::Wakeup, {CURLM_WAKEUP_FAILURE, CURLM_BAD_HANDLE});
        return code ? static_cast<CURLMcode>(*code) : CountingCurl::multiWakeup(multi);
    }
    const CURLMsg* multiInfoRead(CURLM* multi, int* left) override {
        const CURLMsg* const message = CountingCurl::multiInfoRead(multi, left);
        if (message == nullptr) return nullptr;
        std::vector<int> all;
        for (int code = 1; code < CURL_LAST; ++code) all.push_back(code);
        const auto code = fails(Site::Result, all);
        if (!code) return message;
        changed_ = *message;
        changed_.data.result = static_cast<CURLcode>(*code);
        return &changed_;
    }

private:
    CURLcode beforeSetopt(CURLoption option) override {
        const auto code = fails(Site::Setopt,
                                {CURLE_OUT_OF_MEMORY, CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN,
                                 CURLE_BAD_FUNCTION_ARGUMENT},
                                option);
        return static_cast<CURLcode>(code.value_or(CURLE_OK));
    }
    CURLMcode beforeMultiSetopt(CURLMoption option) override {
        const auto code =
            fails(Site::MultiSetopt, {CURLM_OUT_OF_MEMORY, CURLM_UNKNOWN_OPTION, CURLM_BAD_HANDLE},
                  option);
        return static_cast<CURLMcode>(code.value_or(CURLM_OK));
    }
    CURLcode beforeGetinfo(CURLINFO what) override {
        const auto code =
            fails(Site::Getinfo,
                  {CURLE_OUT_OF_MEMORY, CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT}, what);
        return static_cast<CURLcode>(code.value_or(CURLE_OK));
    }

    std::optional<CURLMcode> failsAsMulti(Site site) {
        const auto code = fails(site, {CURLM_OUT_OF_MEMORY, CURLM_INTERNAL_ERROR, CURLM_BAD_HANDLE,
                                       CURLM_BAD_EASY_HANDLE, CURLM_BAD_SOCKET, CURLM_ADDED_ALREADY,
                                       CURLM_RECURSIVE_API_CALL, CURLM_ABORTED_BY_CALLBACK,
                                       CURLM_UNRECOVERABLE_POLL, CURLM_BAD_FUNCTION_ARGUMENT});
        if (!code) return std::nullopt;
        return static_cast<CURLMcode>(*code);
    }
    /// The code with which this call is to fail.
    std::optional<int> fails(Site site, const std::vector<int>& ways = {0}, int option = 0) {
        if (site != site_ || ++calls_ != call_) return std::nullopt;
        const std::size_t way = way_ % ways.size();
        std::lock_guard lock(mutex_);
        fault_ = {site, option, ways[way], way + 1 == ways.size()};
        return ways[way];
    }

    const Site site_;
    const int call_;
    const std::size_t way_;
    std::atomic<int> calls_{0};
    CURLMsg changed_{};
    mutable std::mutex mutex_;
    std::optional<Fault> fault_;
};

}  // namespace ksqldb::test
