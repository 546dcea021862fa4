#pragma once
#include "client/options/credential_settings.h"
#include "delivery/delivery_thread.h"

#include <ksqldb/outcome.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb::client {

/// Where credentials come from that do not last. *thread-safe*
class CredentialSource {
public:
    /// Gets them once, on any thread.
    using Done = std::function<void(Outcome<Credentials>)>;

    virtual ~CredentialSource() = default;
    /// Asks for new ones; must not block, and is not called again before `done` was. Throws Error
    /// where this machine has not what it takes.
    virtual void fetch(Done done) = 0;
    /// For the log.
    virtual std::string name() const = 0;
};

/// The application's function, on a thread of its own.
class ProviderSource : public CredentialSource {
public:
    ProviderSource(CredentialProvider provider, std::shared_ptr<delivery::DeliveryThread> thread)
        : provider_(std::make_shared<CredentialProvider>(std::move(provider))),
          thread_(std::move(thread)) {}

    void fetch(Done done) override;
    std::string name() const override { return "the credential provider"; }

private:
    const std::shared_ptr<CredentialProvider> provider_;
    const std::shared_ptr<delivery::DeliveryThread> thread_;
};

}  // namespace ksqldb::client
