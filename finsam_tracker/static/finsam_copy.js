// One click copies a value. Without this file the buttons stay hidden and the values can be marked and copied by hand.
document.addEventListener("DOMContentLoaded", () => {
  const told = document.querySelector("#copied");
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        told.textContent = "";
        // Said again also when it is the same as before: a region that does not change is not read out.
        setTimeout(() => { told.textContent = `${told.dataset.done} ${button.dataset.copy}`; }, 50);
      } catch {
        getSelection().selectAllChildren(button.parentElement.querySelector("output"));
        told.textContent = told.dataset.failed;
      }
    });
  }
});
