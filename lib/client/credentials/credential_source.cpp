#include "client/credentials/credential_source.h"

#include "base/error_builder.h"

#include <string>
#include <utility>

namespace ksqldb::client {

namespace {

/// One call of the provider.
class Question : public delivery::Runnable {
public:
    Question(std::shared_ptr<CredentialProvider> provider, CredentialSource::Done done)
        : provider_(std::move(provider)), done_(std::move(done)) {}

    void run() noexcept override { done_(ask()); }

private:
    Outcome<Credentials> ask() noexcept {
        constexpr const char* name = "the credential provider";
        try {
            return (*provider_)();
        } catch (const Error& error) {
            return failed(std::string(name) + " threw: " + error.what(), error.isRetryable());
        } catch (...) {
            return failed(detail::thrownBy(name).what(), true);  // who knows
        }
    }

    static Error failed(std::string what, bool mayPass) {
        return detail::ErrorBuilder(ErrorCode::CredentialsFailed, std::move(what))
            .retryable(mayPass)
            .build();
    }

    const std::shared_ptr<CredentialProvider> provider_;
    const CredentialSource::Done done_;
};

}  // namespace

void ProviderSource::fetch(Done done) {
    thread_->start();
    thread_->post(std::make_shared<Question>(provider_, std::move(done)));
}

}  // namespace ksqldb::client
