import re
from pathlib import Path

from conan import ConanFile
from conan.tools.files import copy, rmdir
from conan.tools.gnu import PkgConfigDeps
from conan.tools.layout import basic_layout
from conan.tools.meson import Meson, MesonToolchain

required_conan_version = ">=2.0"


class KsqldbCpp(ConanFile):
    name = "ksqldb-cpp"
    description = "C++ client library for ksqlDB"
    license = "Apache-2.0"
    topics = ("ksqldb", "kafka", "sql", "streaming")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "with_spdlog": [True, False]}
    default_options = {"shared": False, "with_spdlog": True}

    @property
    def _project(self):
        return Path(self.recipe_folder).parents[2]

    def set_version(self):
        text = (self._project / "meson.build").read_text(encoding="utf-8")
        self.version = re.search(r"^  version: '(.+)',$", text, re.M).group(1)

    def export_sources(self):
        for files in ("meson.build", "meson_options.txt", "docs/meson.build", "include/*", "lib/*",
                      "README.md", "CHANGELOG.md", "LICENSE"):
            copy(self, files, self._project, self.export_sources_folder)

    def layout(self):
        basic_layout(self)

    def requirements(self):
        self.requires("libcurl/[>=7.87 <9]")
        # 1.1.0 is refused by GCC 14 and clang 19.
        self.requires("rapidjson/cci.20230929", libs=False)
        if self.options.with_spdlog:
            self.requires("spdlog/[>=1.10 <2]")

    def build_requirements(self):
        self.tool_requires("meson/[>=1.0 <2]")
        if not self.conf.get("tools.gnu:pkg_config", check_type=str):
            self.tool_requires("pkgconf/[>=2.0 <3]")

    def generate(self):
        toolchain = MesonToolchain(self)
        # To build it; a program may use another one.
        toolchain.cpp_std = "c++20"
        toolchain.project_options["spdlog"] = "enabled" if self.options.with_spdlog else "disabled"
        for part in ("tests", "samples", "shell", "local_server", "gui", "docs"):
            toolchain.project_options[part] = "disabled"
        # What is missing is Conan's to bring, not Meson's.
        toolchain.project_options["wrap_mode"] = "nofallback"
        toolchain.generate()
        PkgConfigDeps(self).generate()

    def build(self):
        meson = Meson(self)
        meson.configure()
        meson.build()

    def package(self):
        Meson(self).install()
        copy(self, "LICENSE", self.source_folder, Path(self.package_folder) / "licenses")
        # Conan makes its own.
        rmdir(self, Path(self.package_folder) / "lib" / "pkgconfig")
        rmdir(self, Path(self.package_folder) / "lib" / "cmake")
        rmdir(self, Path(self.package_folder) / "share")

    def package_info(self):
        self.cpp_info.libs = ["ksqldb"]
        self.cpp_info.set_property("cmake_file_name", "ksqldb")
        self.cpp_info.set_property("cmake_target_name", "ksqldb::ksqldb")
        self.cpp_info.set_property("pkg_config_name", "ksqldb")
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
