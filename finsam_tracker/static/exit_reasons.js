// The reasons to choose from follow the date. What somebody has chosen while the answer was on its way counts for more
// than the answer: then the list stays, and the server has the last word when the form is sent.
document.addEventListener("htmx:beforeSwap", (event) => {
  const select = event.detail.target.querySelector("#id_exit_reason");
  if (select && select.value !== event.detail.requestConfig.parameters.exit_reason) {
    event.detail.shouldSwap = false;
  }
});
