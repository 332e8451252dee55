"""The sensor that builds marts after loads, on real files and a real, if passing, Dagster instance."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    RunRequest,
    SkipReason,
    build_sensor_context,
    job,
    op,
)

from community_assets.definitions import build_defs
from community_assets.schedules import marts_sensor
from community_assets.settings import Paths, Settings


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    paths.raw("github").parent.mkdir()
    return paths


def touch(path: Path, second: int) -> None:
    path.write_text("")
    os.utime(path, (second, second))


def tick(paths: Paths, instance: DagsterInstance) -> RunRequest | SkipReason:
    answer = marts_sensor(["github"], paths)(build_sensor_context(instance=instance))
    assert isinstance(answer, RunRequest | SkipReason)
    return answer


def test_a_new_raw_file_asks_for_the_marts_once(paths: Paths, instance: DagsterInstance) -> None:
    touch(paths.community, 100)
    touch(paths.raw("github"), 200)
    first, second = tick(paths, instance), tick(paths, instance)
    assert isinstance(first, RunRequest)
    assert isinstance(second, RunRequest)
    assert first.run_key == second.run_key
    touch(paths.raw("github"), 300)
    third = tick(paths, instance)
    assert isinstance(third, RunRequest)
    assert third.run_key != first.run_key


def test_marts_that_are_as_new_as_the_raw_files_are_left_alone(paths: Paths, instance: DagsterInstance) -> None:
    assert isinstance(tick(paths, instance), SkipReason)
    touch(paths.raw("github"), 100)
    touch(paths.community, 200)
    assert isinstance(tick(paths, instance), SkipReason)


@pytest.mark.parametrize("name", ["refresh_github", "refresh_github_star_events", "build_marts"])
def test_the_sensor_waits_for_what_is_under_way(paths: Paths, instance: DagsterInstance, name: str) -> None:
    touch(paths.raw("github"), 100)

    @op
    def work() -> None: ...

    @job(name=name)
    def under_way() -> None:
        work()

    run = instance.create_run_for_job(under_way, status=DagsterRunStatus.STARTED)
    assert isinstance(tick(paths, instance), SkipReason)
    instance.report_run_failed(run)
    assert isinstance(tick(paths, instance), RunRequest)


def test_schedules_and_the_sensor_are_on_and_name_jobs_that_exist(tmp_path: Path) -> None:
    definitions: Definitions = build_defs(Settings(data_dir=tmp_path))
    repository = definitions.get_repository_def()
    started = [*repository.schedule_defs, *repository.sensor_defs]
    assert {s.name: (s.default_status.value, s.job_name) for s in started} == {
        "terraform_registry_schedule": ("RUNNING", "refresh_terraform_registry"),
        "artifact_hub_schedule": ("RUNNING", "refresh_artifact_hub"),
        "github_schedule": ("RUNNING", "refresh_github"),
        "github_star_events_schedule": ("RUNNING", "refresh_github_star_events"),
        "marts_after_loads": ("RUNNING", "build_marts"),
    }
    assert repository.schedule_defs[0].execution_timezone == "UTC"
    assert all(repository.has_job(s.job_name) for s in started)
