#include "peer_table.h"

#include <gtest/gtest.h>

#include <set>

namespace ksqldb::test {

namespace {

/// "Suite.Test" of everything registered, without the names of parameters.
std::set<std::string> registeredTests() {
    std::set<std::string> names;
    const auto& all = *testing::UnitTest::GetInstance();
    for (int s = 0; s < all.total_test_suite_count(); ++s) {
        const auto& suite = *all.GetTestSuite(s);
        const std::string suiteName = suite.name();
        for (int t = 0; t < suite.total_test_count(); ++t) {
            const std::string test = suite.GetTestInfo(t)->name();
            names.insert(suiteName.substr(suiteName.find('/') + 1) + "." +
                         test.substr(0, test.find('/')));
        }
    }
    return names;
}

}  // namespace

void expectEveryId(const std::vector<std::string>& ids, const PeerTable& tests,
                   const PeerTable& notApplicable) {
    for (const std::string& id : ids)
        EXPECT_EQ(tests.count(id) + notApplicable.count(id), 1u)
            << id << " stands nowhere, or twice";
    EXPECT_EQ(tests.size() + notApplicable.size(), ids.size()) << "an unknown id";
    for (const auto& [id, reason] : notApplicable) EXPECT_FALSE(reason.empty()) << id;
}

void expectEveryTest(const PeerTable& tests) {
    const auto registered = registeredTests();
    for (const auto& [id, test] : tests)
        EXPECT_EQ(registered.count(test), 1u) << id << ": there is no test " << test;
}

}  // namespace ksqldb::test
